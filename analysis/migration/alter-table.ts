import type { AlterTableCmd, AlterTableStmt, Node } from 'libpg-query';
import { addColumn } from './add-column.ts';
import { addConstraint, setNotNull } from './add-constraint.ts';
import { alterColumnType, dropColumn } from './alter-column.ts';
import type { Relation } from './catalogue.ts';
import { dropConstraint, validateConstraint } from './constraints.ts';
import type { Forecast } from './forecast.ts';
import { holdsRows } from './holds-rows.ts';
import type { LockMode } from './lock-mode.ts';
import { attachPartition, detachPartition } from './partitions.ts';
import { rewrite } from './rewrite.ts';
import type { SchemaModel } from './schema-model.ts';

/** What a form of ALTER TABLE does beside its lock. */
type Effect = (model: SchemaModel, forecast: Forecast, table: Relation, command: AlterTableCmd) => void;

interface Form {
  readonly mode: LockMode;
  /** It goes down to children and partitions, whose lock is the same. */
  readonly recurses?: true;
  /** There is nothing to do, so it does not go down. */
  readonly idle?: (model: SchemaModel, table: Relation, command: AlterTableCmd) => boolean;
  readonly effect?: Effect;
}

const exclusive = { mode: 'ACCESS EXCLUSIVE' } as const;
const update = { mode: 'SHARE UPDATE EXCLUSIVE' } as const;
const triggers: Form = {
  mode: 'SHARE ROW EXCLUSIVE',
  effect: (model, forecast, table, { name }) => {
    if (table.kind !== 'partitioned' || table.triggers.length === 0) return;
    if (name === undefined)
      return forecast.cannotSay('which partitions have a copy of the triggers is not known');
    // each partition's copy goes with it
    forecast.lock(
      'SHARE ROW EXCLUSIVE',
      ...model.tree(table).filter(({ triggers: own }) => own.includes(name)),
    );
  },
};
const recurses = { ...exclusive, recurses: true } as const;

const columnNamed = (table: Relation, name: string | undefined) =>
  table.columns.find((column) => column.name === name);

const onTree =
  (effect: (model: SchemaModel, forecast: Forecast, one: Relation, command: AlterTableCmd) => void): Effect =>
  (model, forecast, table, command) => {
    for (const one of model.tree(table)) effect(model, forecast, one, command);
  };

const logged = (unlogged: boolean): Form => ({
  ...exclusive,
  effect: (model, forecast, table) => {
    if (table.unlogged === unlogged) return;
    rewrite(model, forecast, table);
    table.unlogged = unlogged;
  },
});

// manual, ALTER TABLE, and AlterTableGetLockLevel in tablecmds.c; measured on 15 and 18 by migration.test.ts
const forms: Partial<Record<string, Form>> = {
  AT_AddColumn: {
    ...recurses,
    effect: (model, forecast, table, { def, missing_ok }) => {
      if (def && 'ColumnDef' in def) addColumn(model, forecast, table, def.ColumnDef, missing_ok === true);
    },
  },
  AT_DropColumn: { ...recurses, idle: (_, table, { name }) => !columnNamed(table, name), effect: dropColumn },
  AT_AlterColumnType: { ...recurses, effect: alterColumnType },
  AT_ColumnDefault: recurses,
  AT_CookedColumnDefault: recurses,
  AT_SetNotNull: {
    ...recurses,
    effect: onTree((_, forecast, one, { name }) => setNotNull(forecast, one, name ?? '')),
  },
  AT_DropNotNull: {
    ...recurses,
    idle: ({ serverVersion }, table, { name }) =>
      serverVersion >= 180_000 && columnNamed(table, name)?.notNull === false,
    effect: onTree((_, __, one, { name }) => {
      const column = columnNamed(one, name);
      if (column) column.notNull = false;
      one.constraints = one.constraints.filter(
        ({ kind, columns }) => kind !== 'not null' || !columns.includes(name ?? ''),
      );
    }),
  },
  AT_SetExpression: {
    ...recurses,
    effect: onTree((model, forecast, one, { name }) => {
      const column = columnNamed(one, name);
      if (column?.generated === 'stored') rewrite(model, forecast, one);
      else if (column?.generated !== 'virtual')
        forecast.cannotSay(`${name} is no generated column: the server will refuse it`);
      else if (column.notNull && holdsRows(one)) forecast.takes('scan', one);
    }),
  },
  AT_DropExpression: {
    ...recurses,
    effect: onTree((_, forecast, one, { name, missing_ok }) => {
      const column = columnNamed(one, name);
      if (column?.generated !== 'stored' && !missing_ok)
        forecast.cannotSay(`${name} is no stored generated column: the server will refuse it`);
      else if (column) column.generated = null;
    }),
  },
  AT_SetStatistics: { ...update, recurses: true },
  AT_SetOptions: update,
  AT_ResetOptions: update,
  AT_SetStorage: recurses,
  AT_SetCompression: exclusive,
  AT_AddIdentity: {
    ...exclusive,
    effect: (_, forecast, table, { name }) => {
      if (columnNamed(table, name)?.notNull !== true)
        forecast.cannotSay(`the column ${name} may be null: the server will refuse to make it an identity`);
    },
  },
  AT_DropIdentity: {
    ...exclusive,
    effect: (model, forecast, table, { name }) => {
      for (const sequence of model.sequencesOf(table, name)) {
        forecast.lock('ACCESS EXCLUSIVE', sequence);
        model.remove(sequence);
      }
    },
  },
  AT_SetIdentity: {
    ...exclusive,
    effect: (model, forecast, table, { name }) =>
      forecast.lock('SHARE ROW EXCLUSIVE', ...model.sequencesOf(table, name)),
  },
  AT_AddConstraint: {
    ...exclusive,
    effect: (model, forecast, table, { def }) => {
      if (def && 'Constraint' in def) addConstraint(model, forecast, table, def.Constraint);
    },
  },
  AT_DropConstraint: { ...recurses, effect: dropConstraint },
  AT_ValidateConstraint: { ...update, effect: validateConstraint },
  AT_AlterConstraint: {
    ...exclusive,
    effect: (_, forecast) =>
      forecast.cannotSay('which other relations ALTER CONSTRAINT locks is not in our rules'),
  },
  AT_ClusterOn: {
    ...update,
    effect: (model, forecast, table, { name }) =>
      forecast.lock('SHARE UPDATE EXCLUSIVE', model.find(table.schema, name ?? '')),
  },
  AT_DropCluster: update,
  AT_SetLogged: logged(false),
  AT_SetUnLogged: logged(true),
  AT_SetAccessMethod: {
    ...exclusive,
    effect: (model, forecast, table, { name }) => {
      if (name === undefined) forecast.cannotSay('what the default access method is, is not known');
      else if (name !== table.accessMethod) rewrite(model, forecast, table);
    },
  },
  AT_SetTableSpace: {
    ...exclusive,
    effect: (_, forecast, table, { name }) => {
      if (name === table.tablespace) return;
      forecast.takes('rewrite', table);
      forecast.rewritten.add(table);
    },
  },
  AT_SetRelOptions: { ...update, effect: options },
  AT_ResetRelOptions: { ...update, effect: options },
  AT_EnableTrig: triggers,
  AT_EnableAlwaysTrig: triggers,
  AT_EnableReplicaTrig: triggers,
  AT_DisableTrig: triggers,
  AT_EnableTrigAll: triggers,
  AT_DisableTrigAll: triggers,
  AT_EnableTrigUser: triggers,
  AT_DisableTrigUser: triggers,
  AT_EnableRule: exclusive,
  AT_EnableAlwaysRule: exclusive,
  AT_EnableReplicaRule: exclusive,
  AT_DisableRule: exclusive,
  AT_EnableRowSecurity: { ...exclusive, effect: rowSecurity(true) },
  AT_DisableRowSecurity: { ...exclusive, effect: rowSecurity(false) },
  AT_ForceRowSecurity: {
    ...exclusive,
    effect: forced('shows its owner only the rows that its policies allow'),
  },
  AT_NoForceRowSecurity: { ...exclusive, effect: forced('shows its owner every row') },
  AT_ChangeOwner: {
    ...exclusive,
    effect: (model, forecast, table) => {
      forecast.lock('ACCESS EXCLUSIVE', ...model.indexesOf(table), ...model.sequencesOf(table));
      forecast.cannotSay('whether a running statement needs the rights of the former owner is not known');
    },
  },
  AT_ReplicaIdentity: {
    ...exclusive,
    effect: (model, forecast, table, { def }) => {
      const identity = def && 'ReplicaIdentityStmt' in def ? def.ReplicaIdentityStmt : undefined;
      if (identity?.name) forecast.lock('SHARE', model.find(table.schema, identity.name));
      if (identity?.identity_type === 'n')
        forecast.cannotSay(
          `whether a publication has ${table.schema}.${table.name} is not known: its updates and deletes would fail`,
        );
    },
  },
  AT_AddInherit: { ...exclusive, effect: inherit('SHARE UPDATE EXCLUSIVE') },
  AT_DropInherit: { ...exclusive, effect: inherit('ACCESS SHARE') },
  AT_AttachPartition: { ...update, effect: attachPartition },
  AT_DetachPartition: { ...exclusive, effect: detachPartition },
  AT_DetachPartitionFinalize: { ...update, effect: detachPartition },
};

/** Options that only vacuum, analyze and the planner read take SHARE UPDATE EXCLUSIVE; others more (manual, SET storage_parameter). */
const lightOptions =
  /^(fillfactor|toast_tuple_target|parallel_workers|vacuum_|autovacuum_|log_autovacuum|toast\.)/;

function options(_: SchemaModel, forecast: Forecast, table: Relation, { def }: AlterTableCmd) {
  const names = def && 'List' in def ? (def.List.items ?? []).flatMap(optionName) : [];
  if (names.every((name) => lightOptions.test(name))) return;
  if (table.kind === 'view') return forecast.lock('ACCESS EXCLUSIVE', table);
  forecast.lock('ACCESS EXCLUSIVE', table);
  if (!names.every((name) => name === 'user_catalog_table'))
    forecast.cannotSay(`which lock setting ${names.join(', ')} takes is not in our rules`);
}

const optionName = (node: Node): string[] =>
  'DefElem' in node
    ? [`${node.DefElem.defnamespace ? `${node.DefElem.defnamespace}.` : ''}${node.DefElem.defname}`]
    : [];

/** Only where it changes anything: a table whose policies are in force already shows what it showed. */
function rowSecurity(on: boolean): Effect {
  return (_, forecast, table) => {
    if (table.rowSecurity === on) return;
    table.rowSecurity = on;
    const shows = on
      ? 'only the rows that its policies allow: without a policy, none'
      : 'every row to whoever may read it: its policies are no longer in force';
    forecast.breaks.push(`from then on ${table.schema}.${table.name} shows ${shows}`);
  };
}

function forced(shows: string): Effect {
  return (_, forecast, table) => {
    if (table.rowSecurity) forecast.breaks.push(`from then on ${table.schema}.${table.name} ${shows}`);
  };
}

function inherit(parentMode: LockMode): Effect {
  return (model, forecast, table, { def, subtype }) => {
    const parent = def && 'RangeVar' in def ? model.named(def.RangeVar) : undefined;
    if (!parent) return forecast.cannotSay('the parent is not in the catalogue');
    forecast.lock(parentMode, parent);
    if (subtype === 'AT_AddInherit') table.parents.push(parent.oid);
    else table.parents.splice(table.parents.indexOf(parent.oid), 1);
  };
}

/** One statement of ALTER TABLE (INDEX, VIEW, SEQUENCE ...): its commands share one lock, the strongest of theirs. */
export function alterTable(model: SchemaModel, forecast: Forecast, statement: AlterTableStmt) {
  const { relation: name, cmds = [], missing_ok = false, objtype } = statement;
  const table = name && model.named(name);
  if (!table) {
    if (!missing_ok)
      forecast.cannotSay(
        `${[name?.schemaname, name?.relname].filter(Boolean).join('.')} is not in the catalogue`,
      );
    return;
  }
  for (const node of cmds) {
    if (!('AlterTableCmd' in node)) continue;
    const command = node.AlterTableCmd;
    const form = forms[command.subtype ?? ''];
    if (!form) {
      forecast.lock('ACCESS EXCLUSIVE', table);
      forecast.cannotSay(`what ${command.subtype?.replace('AT_', '')} locks is not in our rules`);
      forecast.opaque = true;
      continue;
    }
    const mode = modeOf(form, command, objtype);
    const recursing =
      form.recurses &&
      !form.idle?.(model, table, command) &&
      (name.inh || command.subtype === 'AT_DropConstraint');
    forecast.lock(mode, ...(recursing ? model.tree(table) : [table]));
    form.effect?.(model, forecast, table, command);
  }
}

/** Some forms take less than their kind says: a foreign key, DETACH CONCURRENTLY, an index's statistics. */
function modeOf(form: Form, { subtype, def }: AlterTableCmd, objtype: string | undefined): LockMode {
  if (
    subtype === 'AT_AddConstraint' &&
    def &&
    'Constraint' in def &&
    def.Constraint.contype === 'CONSTR_FOREIGN'
  )
    return 'SHARE ROW EXCLUSIVE';
  if (subtype === 'AT_DetachPartition' && def && 'PartitionCmd' in def && def.PartitionCmd.concurrent)
    return 'SHARE UPDATE EXCLUSIVE';
  if (objtype === 'OBJECT_SEQUENCE' && subtype !== 'AT_ChangeOwner') return 'SHARE ROW EXCLUSIVE';
  return form.mode;
}
