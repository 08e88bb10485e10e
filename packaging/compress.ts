// SPDX-License-Identifier: Apache-2.0
/**
 * Deflate as small as it gets: zlib reads it, and it is a thirtieth smaller than what zlib writes. The same input
 * gives the same bytes on every machine.
 */
import { deflateAsync, gzipAsync } from '@gfx/zopfli';

const OPTIONS = { numiterations: 15 };

/** A raw deflate stream, without header or sum. */
export async function deflate(data: Buffer): Promise<Buffer> {
	return Buffer.from(await deflateAsync(data, OPTIONS));
}

/** Gzip without a name or a time. */
export async function gzip(data: Buffer): Promise<Buffer> {
	return Buffer.from(await gzipAsync(data, OPTIONS));
}
