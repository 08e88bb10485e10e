// SPDX-License-Identifier: Apache-2.0
/** Whether a {@link Machine} can be had here, and what it is made of. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localImages } from '../vm/images.ts';
import { whyNoUserland } from '../vm/userland.ts';
import { readParts, type Parts } from './machine.ts';

const PRODUCT = fileURLToPath(new URL('../../dist/root/', import.meta.url));

/** The parts, or why there is no machine, in words for a summary. */
export async function findParts(): Promise<Parts | string> {
	const images = await localImages(process.env);
	if (images === null) return 'no root file system archive';
	if (!existsSync(join(PRODUCT, 'etc/init.d/nft-offload'))) return 'no staged package: make stage';
	const reason = whyNoUserland();
	if (reason !== null) return reason;
	const parts = await readParts(images.rootfs, PRODUCT);
	return parts.entries.some(({ path }) => path === 'sbin/procd') ? parts : 'no procd in the archive';
}
