import type { Node } from 'libpg-query';
import { parseSql, SqlSyntaxError } from './parse-sql.ts';

/** Statements that act on the whole server, or on another one, and not on the database that they are run in. */
const words: Readonly<Record<string, string>> = {
  CreateRoleStmt: 'CREATE ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  AlterRoleSetStmt: 'ALTER ROLE ... SET',
  DropRoleStmt: 'DROP ROLE',
  GrantRoleStmt: 'GRANT of a role',
  ReassignOwnedStmt: 'REASSIGN OWNED',
  DropOwnedStmt: 'DROP OWNED',
  AlterSystemStmt: 'ALTER SYSTEM',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  AlterTableSpaceOptionsStmt: 'ALTER TABLESPACE',
  AlterTableMoveAllStmt: 'ALTER ... ALL IN TABLESPACE',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
  AlterDatabaseStmt: 'ALTER DATABASE',
  AlterDatabaseSetStmt: 'ALTER DATABASE ... SET',
  AlterDatabaseRefreshCollStmt: 'ALTER DATABASE',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
  AlterSubscriptionStmt: 'ALTER SUBSCRIPTION',
  DropSubscriptionStmt: 'DROP SUBSCRIPTION',
};

/** Objects of the whole server, as COMMENT, SECURITY LABEL, RENAME and OWNER TO name them. */
const sharedObjects = new Set(['OBJECT_ROLE', 'OBJECT_DATABASE', 'OBJECT_TABLESPACE', 'OBJECT_SUBSCRIPTION']);
const aboutObjects = new Set(['CommentStmt', 'SecLabelStmt', 'RenameStmt', 'AlterOwnerStmt', 'GrantStmt']);

/** Where the statements stand in a string that only the server reads: DO and functions; or in a syntax of a newer server. */
const inText =
  /\b(?:(?:CREATE|ALTER|DROP)\s+(?:ROLE|USER(?!\s+MAPPING)|GROUP|TABLESPACE|DATABASE|SUBSCRIPTION)|ALTER\s+SYSTEM)\b/i;

/** What in an SQL text acts beyond its database, each as it is called; nothing for what stays within. */
export function clusterWide(sql: string): string[] {
  try {
    return [...new Set(parseSql(sql).flatMap(({ node, text }) => found(node, text)))];
  } catch (error) {
    if (error instanceof SqlSyntaxError) return named(sql); // the server says what is wrong with it
    throw error;
  }
}

function found(node: Node, text: string): string[] {
  const [[kind, content]] = Object.entries(node) as [[string, Record<string, unknown>]];
  if (words[kind]) return [words[kind]];
  if (kind === 'DoStmt' || kind === 'CreateFunctionStmt') return named(text);
  if (kind === 'CopyStmt' && (content.is_program || (content.filename && !content.is_from)))
    return ['COPY to a file or program of the server'];
  const object = content.objtype ?? content.renameType ?? content.objectType;
  return aboutObjects.has(kind) && sharedObjects.has(String(object))
    ? [`a change of a ${String(object).replace('OBJECT_', '').toLowerCase()}`]
    : [];
}

function named(text: string): string[] {
  const match = inText.exec(text);
  return match ? [match[0].replace(/\s+/g, ' ').toUpperCase()] : [];
}
