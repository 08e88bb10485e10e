// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleHost } from '../../host/bundle.ts';
import { stage } from '../../../packaging/stage.ts';

/** The installed tree that the browser tests put on their routers: a copy of their own. */
export const PACKAGE = fileURLToPath(new URL('../../../build/e2e/root', import.meta.url));

/** The bundle that runs the plugin in Node. */
export const HOST = fileURLToPath(new URL('../../../build/e2e/host/plugin.mjs', import.meta.url));

/** Before all browser tests: what is built and what is in the sources now, as a router has it. */
export default async function stagePackage(): Promise<void> {
	await stage(PACKAGE);
	await bundleHost(dirname(HOST));
}
