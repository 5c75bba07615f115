/**
 * The text of a file, whatever wrote it: UTF-8, UTF-16 (as PowerShell writes it) with its mark or without, else Windows-1252.
 * Its line ends become LF; the mark of the byte order is left out.
 */
export function decodeText(bytes: Uint8Array): string {
  return normalised(new TextDecoder(encodingOf(bytes)).decode(bytes));
}

/** One kind of line end and of space: CR alone and CRLF become LF, spaces that do not break become spaces. */
export const normalised = (text: string): string =>
  text
    .replace(/^\uFEFF|\0+$/g, '')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/[\u00A0\u2007\u202F]/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours begin with one
    .replace(/[\u200B\u2060]|\u001B\[[\d;]*[A-Za-z]/g, '');

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 65_536);
  if (sample.includes(0)) {
    const [little, big] = [readable(sample, 'utf-16le'), readable(sample, 'utf-16be')];
    if (Math.max(little, big) > sample.length / 8) return little >= big ? 'utf-16le' : 'utf-16be';
  }
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Letters, digits and signs of ASCII that the bytes are in an encoding. */
const readable = (bytes: Uint8Array, encoding: string): number =>
  new TextDecoder(encoding).decode(bytes).match(/[\t\n\r -~]/g)?.length ?? 0;
