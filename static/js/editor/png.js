// Masks as PNG pictures of one bit a pixel, written and read byte by byte: a canvas may be blurred, converted
// or, against tracking, salted with noise by the browser, and a mask has to come through unchanged.
const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest >>> 0;
});

export class NotAMask extends Error {}

function crcOf(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = CRC[(rest ^ byte) & 255] ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

async function through(transform, bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(name, data) {
  const bytes = new Uint8Array(data.length + 12);
  const numbers = new DataView(bytes.buffer);
  numbers.setUint32(0, data.length);
  for (let letter = 0; letter < 4; letter += 1) bytes[4 + letter] = name.charCodeAt(letter);
  bytes.set(data, 8);
  numbers.setUint32(8 + data.length, crcOf(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

// `cells` of a surface as a mask of the pixels that carry all of `bits`.
export async function encodeMask({ cells, width, height }, bits) {
  const stride = Math.ceil(width / 8) + 1;
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((cells[y * width + x] & bits) === bits) rows[y * stride + 1 + (x >>> 3)] |= 128 >>> (x & 7);
    }
  }
  const header = new Uint8Array(13);
  const numbers = new DataView(header.buffer);
  numbers.setUint32(0, width);
  numbers.setUint32(4, height);
  header[8] = 1; // one bit of grey; no palette, no interlacing
  const packed = await through(new CompressionStream("deflate"), rows);
  const parts = [Uint8Array.from(SIGNATURE), chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", [])];
  return new Blob(parts, { type: "image/png" });
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function unfilter(rows, stride, height) {
  for (let y = 0; y < height; y += 1) {
    const start = y * stride;
    const kind = rows[start];
    for (let index = start + 1; index < start + stride; index += 1) {
      const left = index > start + 1 ? rows[index - 1] : 0;
      const above = y ? rows[index - stride] : 0;
      const corner = y && index > start + 1 ? rows[index - stride - 1] : 0;
      const guess = [0, left, above, (left + above) >>> 1, kind === 4 ? paeth(left, above, corner) : 0][kind];
      rows[index] += guess;
    }
  }
}

function chunksOf(bytes) {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = { IDAT: [] };
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = numbers.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === "IDAT") found.IDAT.push(data);
    else found[name] = data;
    at += length + 12;
  }
  return found;
}

// { width, height, mask }: one byte a pixel, 0 or 1. Throws NotAMask for any other picture.
export async function decodeMask(bytes) {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) throw new NotAMask("This is no PNG picture.");
  const { IHDR, IDAT } = chunksOf(bytes);
  const header = new DataView(IHDR.buffer, IHDR.byteOffset, IHDR.byteLength);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  if (IHDR[8] !== 1 || IHDR[9] !== 0 || IHDR[12] !== 0) throw new NotAMask("This PNG is not one bit of grey a pixel.");
  const stride = Math.ceil(width / 8) + 1;
  const rows = await through(new DecompressionStream("deflate"), new Blob(IDAT));
  if (rows.length !== stride * height) throw new NotAMask("This PNG is cut off.");
  unfilter(rows, stride, height);
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      mask[y * width + x] = (rows[y * stride + 1 + (x >>> 3)] >>> (7 - (x & 7))) & 1;
    }
  }
  return { width, height, mask };
}
