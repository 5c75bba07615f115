import { Fault, missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { type Milliseconds, seconds } from '../../config/units.ts';
import { endpointNames, endpoints } from '../endpoints/endpoints.ts';
import { type Ended, runChild } from '../process/run-child.ts';
import type { Absent, EndpointName } from '../topology/endpoint.ts';
import type { Engine } from './engine.ts';
import { hasImage, makeStandIn } from './make-stand-in.ts';
import { compose, composeOutput, type Project } from './project.ts';
import { type StandIn, type StandInName, standIn } from './stand-ins.ts';

/** What becomes of an official image that the engine does not have. */
export type StandInPolicy = 'auto' | 'always' | 'never';

/** A pull, or a build that pulls, may take this long. */
const longestPull: Milliseconds = seconds(600);

/** Who needs an image, the variable by which the user names another, and what can stand in for it. */
interface Kind {
  readonly parts: readonly EndpointName[];
  readonly variable: string;
  readonly standIn: StandInName;
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
  /** Where what a stand-in needs is got on first use. */
  readonly cache: string;
  readonly standIns: StandInPolicy;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that the engine has an image for each part: it is there, or it is built or pulled, or a stand-in of what
 * the package registries give takes its place.
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
  const named = process.env[kind.variable] ?? variables[kind.variable];
  const { image, build } = await imageOf(project, service);
  const instead = named === undefined && work.standIns !== 'never' ? standIn(kind.standIn) : undefined;
  if (work.standIns !== 'always' || !instead) {
    if (await hasImage(engine, image)) return { variables: {} };
  }
  if (instead && (await hasImage(engine, instead.image))) return use(instead, kind, work);
  let trouble: string | undefined;
  if (work.standIns !== 'always' || !instead) {
    // An image that the user names is theirs: ours is never built under its name.
    const builds = build !== undefined && (named === undefined || named.startsWith('olympus-bench/'));
    work.progress.note(`${builds ? 'building' : 'pulling'} ${image} for ${service}`);
    trouble = builds ? await buildImage(project, service, work) : await pullImage(engine, image, work);
    if (trouble === undefined) return { variables: {} };
    if (!instead) return { fault: imageFault(image, kind, trouble) };
    work.progress.note(`${image} cannot be had: ${trouble}`);
    work.progress.note(
      'its stand-in takes its place; --stand-ins always does that without trying, never fails',
    );
  }
  try {
    await makeStandIn(kind.standIn, { engine, ...work });
  } catch (error) {
    work.signal.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    return { fault: trouble === undefined ? error : imageFault(image, kind, trouble, error) };
  }
  if (!(await hasImage(engine, instead.image))) {
    const replaced = { ...project, variables: { ...variables, ...instead.variables } };
    const worse = await buildImage(replaced, service, work);
    if (worse !== undefined) return { fault: imageFault(instead.image, kind, worse) };
  }
  return use(instead, kind, work);
}

function use({ image, what, variables }: StandIn, { parts }: Kind, { progress }: Work): Got {
  progress.note(`${parts[0]} runs a stand-in (${what}; ${image})`);
  return { variables: { ...variables } };
}

const imageFault = (image: string, { variable }: Kind, trouble: string, worse?: Fault): Fault =>
  missing(
    `The engine has no image ${image} and cannot get it: ${trouble}${worse ? `. Nor can its stand-in be made: ${worse.message}` : ''}`,
    `Is the registry reachable (docker pull ${image})? Without one, run what this machine's packages give: --stand-ins always. Or name an image that is there: ${variable}=...; or take this part from another provider in a topology file.`,
  );

const buildImage = (project: Project, service: string, { signal }: Work): Promise<string | undefined> =>
  bounded(signal, (within) => compose(project, ['build', '--quiet', service], { signal: within }));

const pullImage = (engine: Engine, image: string, { signal }: Work): Promise<string | undefined> =>
  bounded(signal, (within) => runChild(engine.docker, ['pull', '--quiet', image], { signal: within }));

/** What stood in the way, in one line; undefined when all went well. A registry that hangs is one that is not there. */
async function bounded(
  signal: AbortSignal,
  run: (within: AbortSignal) => Promise<Ended>,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(longestPull);
  try {
    const { code, last } = await run(AbortSignal.any([signal, limit]));
    if (code === 0) return undefined;
    const line = last.findLast((text) => text.trim() !== '')?.trim() ?? `it ended with code ${code}`;
    return line.length > 160 ? line.split(': ').slice(-2).join(': ') : line; // the cause is at the end of its chain
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    return `it was not there within ${longestPull / 1000} s`;
  }
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
