import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restorable } from './restorable.ts';

test('indexes are restored in the order of the source, and what would reach out is left out', () => {
  const lines = [
    ';',
    '1; 1259 16400 TABLE core orders owner',
    '2; 1417 16999 SERVER - elsewhere owner',
    '3; 1418 17000 USER MAPPING - USER MAPPING app SERVER elsewhere owner',
    '4; 2606 16500 CONSTRAINT core orders orders_pkey owner',
    '5; 1259 16420 INDEX core a_later owner',
    '6; 1259 16410 INDEX ODD z_first owner',
    '7; 0 0 INDEX ATTACH core part_idx owner',
    '8; 3466 16601 EVENT TRIGGER - watch owner',
    '9; 2606 16502 FK CONSTRAINT core orders orders_fk owner',
  ];
  assert.deepEqual(
    restorable(lines).map((line) => line.split(';')[0]),
    ['', '1', '6', '5', '4', '7', '9'],
  );
  assert.deepEqual(restorable(lines.slice(0, 2)), lines.slice(0, 2));
});
