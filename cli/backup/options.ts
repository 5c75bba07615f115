import type { Login } from '../../infra/topology/endpoint.ts';
import type { TopologyOptions } from '../topology-options.ts';

export type BackupOptions = {
  dir?: string;
  to: string;
  port?: string;
  archive: boolean;
  digest: boolean;
  dryRun?: boolean;
  as: Login;
} & TopologyOptions;
