// SPDX-License-Identifier: Apache-2.0
/** What a router with the package is made of, for tests without the page: the sources as they are now. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripPlugin } from '../../packaging/strip.ts';
import { bundleHost } from '../host/bundle.ts';

const SHIPPED = fileURLToPath(new URL('../../luci-app-src/root', import.meta.url));

export interface Installed {
	/** The bundle of test/host. */
	host: string;
	/** The installed tree. */
	package: string;
	remove: () => void;
}

export async function install(): Promise<Installed> {
	const folder = mkdtempSync(join(tmpdir(), 'virtual-package-'));
	const tree = join(folder, 'root');
	cpSync(SHIPPED, tree, { recursive: true });
	stripPlugin(tree);
	return {
		host: await bundleHost(join(folder, 'host')),
		package: tree,
		remove: () => {
			rmSync(folder, { recursive: true });
		}
	};
}
