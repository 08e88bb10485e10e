// SPDX-License-Identifier: Apache-2.0
/** The cases' `test`, on a router whose client and server are joined by a packet engine. */
import { test as base } from '../test.ts';
import { Engine } from './engine.ts';

export { expect } from '../test.ts';

interface Fixtures {
	/** Plugged in for this case, with everything accepted. */
	engine: Engine;
}

export const test = base.extend<Fixtures>({
	engine: async ({ router }, use) => {
		const { noEngine } = router.machine;
		base.skip(noEngine !== null, noEngine ?? '');
		const engine = await Engine.plug(router);
		await use(engine);
		await engine.unplug();
	}
});
