// SPDX-License-Identifier: Apache-2.0
/** The cases' `test` on a router of its own, whose flash survives a reset. Without traffic.ts's client and server: a reset ends them. */
import { install } from './product.ts';
import { NoFlash } from './flash.ts';
import { saveBaseline } from './restore.ts';
import { Router } from './router.ts';
import { SKIPPED } from './setup.ts';
import { test as base } from './test.ts';

export { expect } from './test.ts';

export const test = base.extend<object, { shared: Router }>({
	shared: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads from this which fixtures it needs
		async ({}, use) => {
			const skipped = process.env[SKIPPED];
			base.skip(skipped !== undefined, skipped);
			const router = await Router.boot({ flash: true }).catch((error: unknown) => {
				if (!(error instanceof NoFlash)) throw error;
				return error;
			});
			if (router instanceof NoFlash) {
				base.skip(true, router.message);
				return;
			}
			try {
				await install(router);
				await saveBaseline(router);
				await use(router);
			} finally {
				router.stop();
			}
		},
		{ scope: 'worker', timeout: 600_000 }
	]
});
