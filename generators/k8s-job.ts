import type { Scale } from './scales.ts';

export interface JobOptions {
  readonly scale: Scale;
  readonly seed: number;
  readonly streams: number;
  /** Pods, each of which loads one part. */
  readonly shards: number;
  readonly image: string;
}

/**
 * The manifest of an indexed Kubernetes Job whose pods load one database together, as YAML. The database's URL comes
 * from the Secret `olympus-database`, key `url`. Whichever pod ends last finishes the data set; a pod that fails is
 * started again and goes on with its part.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
 */
export const jobManifest = ({ scale, seed, streams, shards, image }: JobOptions): string => {
  const { name: _, ...counts } = scale;
  const flags = Object.entries(counts).map(([name, count]) => `--${name} ${count}`);
  return `# kubectl create secret generic olympus-database --from-literal=url=postgres://admin:...@host:5432/olympus
# kubectl apply -f this-file
apiVersion: batch/v1
kind: Job
metadata:
  name: olympus-seed
spec:
  completionMode: Indexed
  completions: ${shards}
  parallelism: ${shards}
  backoffLimit: ${shards * 3}
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: seed
          image: ${JSON.stringify(image)}
          command:
            - sh
            - -c
            - >-
              exec ./olympus seed --shard $((JOB_COMPLETION_INDEX + 1))/${shards}
              ${flags.join(' ')} --seed ${seed} --streams ${streams}
          env:
            - name: OLYMPUS_DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: olympus-database
                  key: url
          resources:
            requests:
              cpu: "1"
              memory: 600Mi
`;
};
