// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { engineParts } from './build.ts';

const NOWHERE = '/nonexistent';

function rootOf(release: string) {
	return [
		{
			path: `lib/modules/${release}/nft_flow_offload.ko`,
			kind: 'file',
			mode: 0o644,
			content: Buffer.alloc(0)
		}
	] as const;
}

test.each([
	[rootOf('6.12.74'), 'no packet engine without the headers of kernel 6.12.74'],
	[
		rootOf('6.12.0+deb0-amd64'),
		"no packet engine without the headers of kernel 6.12.0+deb0-amd64, and Debian's kernel, whose refusals are not OpenWrt's"
	],
	[[], 'no packet engine for a root without kernel modules']
])('a kernel for which it cannot be built gets none, and one line says why', (root, missing) => {
	expect(engineParts(root, NOWHERE)).toEqual({ entries: [], missing });
});
