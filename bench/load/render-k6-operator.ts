import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { usage } from '../../config/fault.ts';
import { readLoadScenario } from '../../scenarios/load-scenario.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';

export interface K6OperatorOptions {
  /** A shipped scenario, or the path of a script. */
  readonly scenario: string;
  /** Pods that share the load. */
  readonly parallelism: number;
  /** Of deploy/k6-operator/Dockerfile. */
  readonly image: string;
  /** A load plan to send along; without one the ConfigMap "olympus-load-plan" must be there. */
  readonly plan?: string | undefined;
  /** Arrivals per second over all pods, and seconds; the scenario's own when absent. */
  readonly rate?: number | undefined;
  readonly seconds?: number | undefined;
}

/** The API server refuses larger ones (1 MiB with everything in it). */
const maxBytes = 1_000_000;

/**
 * What k6-operator (github.com/grafana/k6-operator, k6.io/v1alpha1) needs to run a scenario on several pods, as YAML:
 * the script as a ConfigMap, and the TestRun. The connection string comes from a Secret, so it is in no file.
 *
 * Each pod is one lane of the schedule: the operator starts pod i with the execution segment (i-1)/n to i/n, and k6
 * gives each segment one of the n iterations (scenarios/load/environment.ts).
 * @throws Fault (usage) when the plan is too large for a ConfigMap.
 */
export function renderK6Operator(options: K6OperatorOptions): string {
  const script = scenarioScript(options.scenario);
  const name = `olympus-${basename(script, '.ts')}`;
  const documents = [
    configMap(name, {
      [basename(script)]: readFileSync(script, 'utf8'),
      'environment.ts': readFileSync(join(dirname(scenarioScript('storefront')), 'environment.ts'), 'utf8'),
    }),
    ...(options.plan === undefined ? [] : [configMap(planMap, { 'load-plan.json': checked(options.plan) })]),
    testRun(name, basename(script), options),
  ];
  return head(options) + documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
}

const planMap = 'olympus-load-plan';
const secret = 'olympus-load';

const head = (options: K6OperatorOptions) => `# k6-operator: several pods share one load.
#   docker build -t olympus-k6 -f deploy/k6-operator/Dockerfile infra/k6
#   kubectl create secret generic ${secret} --from-literal=url='postgres://USER:PASSWORD@HOST/DATABASE'${replicated(options) ? " --from-literal=replicas='postgres://... postgres://...'" : ''}
${options.plan === undefined ? `#   kubectl create configmap ${planMap} --from-file=load-plan.json    # every run keeps its own as raw/load/load-plan.json\n` : ''}#   kubectl apply -f THIS_FILE
#   kubectl logs -l k6_cr=NAME,runner=true > pods.log    # each pod ends with its report as one line of JSON
#   ./olympus load --merge pods.log
`;

function checked(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (Buffer.byteLength(text) <= maxBytes) return text;
  throw usage(
    `${path} has ${Buffer.byteLength(text)} bytes; a ConfigMap takes at most ${maxBytes}.`,
    `Leave out --plan, and mount the file at /plan/load-plan.json from a volume of your own.`,
  );
}

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

const fromSecret = (name: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

/** Reads of this scenario go to replicas. */
const replicated = ({ scenario }: K6OperatorOptions) =>
  readLoadScenario(scenarioScript(scenario)).via === 'replicas';

function testRun(name: string, file: string, options: K6OperatorOptions) {
  const { parallelism, image, rate, seconds } = options;
  const given = {
    OLYMPUS_PLAN: '/plan/load-plan.json',
    OLYMPUS_LANES: parallelism,
    OLYMPUS_RATE: rate,
    OLYMPUS_DURATION: seconds,
    OLYMPUS_RESULT: 'stdout',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
  };
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name },
    spec: {
      parallelism,
      separate: true, // one pod a machine
      script: { configMap: { name, file } },
      runner: {
        image,
        env: [
          fromSecret('OLYMPUS_URL', 'url'),
          ...(replicated(options) ? [fromSecret('OLYMPUS_REPLICAS', 'replicas')] : []),
          ...Object.entries(given).flatMap(([key, value]) =>
            value === undefined ? [] : [{ name: key, value: String(value) }],
          ),
        ],
        volumes: [{ name: 'plan', configMap: { name: planMap } }],
        volumeMounts: [{ name: 'plan', mountPath: '/plan', readOnly: true }],
      },
    },
  };
}
