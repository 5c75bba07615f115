import { type Fault, missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { endpointNames, endpoints } from '../endpoints/endpoints.ts';
import { runChild } from '../process/run-child.ts';
import type { Absent, EndpointName } from '../topology/endpoint.ts';
import { compose, composeOutput, type Project } from './project.ts';
import { hasImage, makeStandInBases, type StandIns, standIns } from './stand-ins.ts';

/** Who needs an image, the variable by which the user names another, and what can stand in for it. */
interface Kind {
  readonly parts: readonly EndpointName[];
  readonly variable: string;
  readonly standIn: keyof StandIns | undefined;
}

const kinds: readonly Kind[] = [
  ...Map.groupBy(endpointNames, (name) => endpoints[name].docker.imageVariable),
].map(([variable, parts]) => ({ parts, variable, standIn: endpoints[parts[0]!].docker.standIn }));

/** The variables of compose.yaml that name the images which the user chose for parts. */
export const chosenImages = (
  images: Readonly<Partial<Record<EndpointName, string>>>,
): Record<string, string> =>
  Object.fromEntries(
    kinds.flatMap(({ parts, variable }) => {
      const image = parts.map((part) => images[part]).find((name) => name !== undefined);
      return image === undefined ? [] : [[variable, image]];
    }),
  );

export interface Images {
  /** Of compose.yaml, beside those that the project has. */
  readonly variables: Record<string, string>;
  readonly absent: Absent[];
}

interface Work {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that the engine has an image for each part: it is there, or it is built or pulled, or a stand-in of the
 * distribution's packages takes its place.
 * @throws Fault (component) when PostgreSQL's or PgBouncer's cannot be had; of the others it is told as absent.
 */
export async function ensureImages(
  project: Project,
  parts: readonly EndpointName[],
  work: Work,
): Promise<Images> {
  const images: Images = { variables: {}, absent: [] };
  for (const kind of kinds) {
    const wanted = kind.parts.filter((part) => parts.includes(part));
    if (wanted.length === 0) continue;
    const got = await ensureImage(project, kind, endpoints[wanted[0]!].docker.services[0], work);
    if ('variables' in got) Object.assign(images.variables, got.variables);
    else if (wanted.some((part) => endpoints[part].usual)) throw got.fault;
    else {
      work.progress.warn(`${wanted.join(', ')}: ${got.fault.message}`);
      for (const part of wanted) images.absent.push({ part, why: got.fault.message, how: got.fault.next });
    }
  }
  return images;
}

/** The variables that name what is used in its place, none where it is there; or why it cannot be had. */
type Got = { readonly variables: Record<string, string> } | { readonly fault: Fault };

async function ensureImage(project: Project, kind: Kind, service: string, work: Work): Promise<Got> {
  const { engine, variables } = project;
  const { image, build } = await imageOf(project, service);
  if (await hasImage(engine, image)) return { variables: {} };
  const named = process.env[kind.variable] ?? variables[kind.variable];
  const standIn = named === undefined && kind.standIn ? standIns()[kind.standIn] : undefined;
  if (standIn && (await hasImage(engine, imageIn(standIn, kind)))) return use(standIn, kind, work);
  // An image that the user names is theirs: ours is never built under its name.
  const builds = build !== undefined && (named === undefined || named.startsWith('olympus-bench/'));
  work.progress.note(`${builds ? 'building' : 'pulling'} ${image} for ${service}`);
  const trouble = builds
    ? await buildImage(project, service, work)
    : await ended(runChild(engine.docker, ['pull', '--quiet', image], work));
  if (trouble === undefined) return { variables: {} };
  if (!standIn) return { fault: imageFault(image, kind, trouble) };
  await makeStandInBases(engine, work);
  const instead = { ...project, variables: { ...variables, ...standIn } };
  const worse = (await hasImage(engine, imageIn(standIn, kind)))
    ? undefined
    : await buildImage(instead, service, work);
  return worse === undefined ? use(standIn, kind, work, trouble) : { fault: imageFault(image, kind, worse) };
}

const imageIn = (standIn: StandIns[keyof StandIns], kind: Kind): string =>
  (standIn as Record<string, string>)[kind.variable]!;

function use(standIn: StandIns[keyof StandIns], kind: Kind, { progress }: Work, trouble?: string): Got {
  const why = trouble ? `, because ${trouble}` : '';
  progress.note(`${kind.parts[0]} runs Debian's packages (${imageIn(standIn, kind)})${why}`);
  return { variables: { ...standIn } };
}

const imageFault = (image: string, { variable }: Kind, trouble: string): Fault =>
  missing(
    `The engine has no image ${image} and cannot get it: ${trouble}`,
    `Is the registry reachable (docker pull ${image})? Or name an image that is there: ${variable}=...; or take this part from another provider in a topology file.`,
  );

const buildImage = (project: Project, service: string, { signal }: Work): Promise<string | undefined> =>
  ended(compose(project, ['build', '--quiet', service], { signal }));

/** What stood in the way, in one line; undefined when all went well. */
async function ended(running: ReturnType<typeof runChild>): Promise<string | undefined> {
  const { code, last } = await running;
  if (code === 0) return undefined;
  const line = last.findLast((text) => text.trim() !== '')?.trim() ?? `it ended with code ${code}`;
  return line.length > 160 ? line.split(': ').slice(-2).join(': ') : line; // the cause is at the end of its chain
}

interface Service {
  readonly image: string;
  readonly build?: object;
}

/** What compose.yaml says of a service, with the variables filled in. */
async function imageOf(project: Project, service: string): Promise<Service> {
  const { services } = JSON.parse(await composeOutput(project, ['config', '--format', 'json'])) as {
    services: Record<string, Service>;
  };
  return services[service]!;
}
