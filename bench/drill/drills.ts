import { archive } from './archive/archive.ts';
import type { Drill } from './drill.ts';
import { diskFull } from './faults/disk-full.ts';
import { failover } from './faults/failover.ts';
import { kill } from './faults/kill.ts';
import { network } from './faults/network.ts';
import { restart } from './faults/restart.ts';
import { soak } from './faults/soak.ts';
import { stall } from './faults/stall.ts';
import { migrationPatterns } from './migration/migration-drill.ts';
import { backup } from './recovery/backup.ts';
import { pitr } from './recovery/pitr.ts';
import { checkpoint } from './upkeep/checkpoint.ts';
import { vacuum } from './upkeep/vacuum.ts';

/** In the order in which `--all` runs them. */
export const drills: readonly Drill[] = [
  restart,
  kill,
  stall,
  failover,
  network,
  diskFull,
  migrationPatterns,
  pitr,
  backup,
  archive,
  vacuum,
  checkpoint,
  soak,
];
