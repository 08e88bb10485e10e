// SPDX-License-Identifier: Apache-2.0
/** The virtual router answers as this one does: else the browser tests and the demo would show what is not so. */
import { fileURLToPath } from 'node:url';
import { bundleHost } from '../../host/bundle.ts';
import { compareRouters } from '../../same/conversation.ts';
import { arrangeScript, prepareScript, TIDY_SCRIPT, VirtualWorld, type World } from '../../same/world.ts';
import { PASSWORD, type Router } from '../router.ts';
import { expect, test } from '../test.ts';
import { SERVER } from '../traffic.ts';

const PRODUCT = fileURLToPath(new URL('../../../dist/root/', import.meta.url));
const PASSWORDS = { root: PASSWORD, viewer: PASSWORD };
/** A packet a second for a minute: as good as any traffic, and it costs the emulated processor next to nothing. */
const TRAFFIC = `
	ip netns exec client ping -w 60 ${SERVER.ipv4} </dev/null >/dev/null 2>&1 &
	ip netns exec client sh -c 'for second in $(seq 60); do echo; sleep 1; done | nc ${SERVER.ipv4} 5300' \\
		</dev/null >/dev/null 2>&1 &`;

function realWorld(router: Router, stock: string): World {
	let loaded = stock;
	return {
		post: (body) => fetch(`${router.machine.http}/ubus/`, { method: 'POST', body }),
		arrange: async (situation, firewall) => {
			const reload = situation.machine && loaded !== firewall;
			if (reload) loaded = firewall;
			await router.run(`
				${arrangeScript(situation, firewall)}
				${reload ? 'fw4 -q reload' : ''}
				${situation.scenario === 'software' ? TRAFFIC : ''}`);
		}
	};
}

test('the virtual router gives the same answers', async ({ router }) => {
	const virtual = await VirtualWorld.start({ host: await bundleHost(), package: PRODUCT }, PASSWORDS);
	try {
		await router.run(prepareScript(PASSWORD));
		const stock = await router.run('cat /etc/config/firewall');
		const setting = { passwords: PASSWORDS, stock, release: router.machine.version, machine: true };
		const found = await compareRouters(virtual, realWorld(router, stock), setting);
		expect(found, 'where the virtual router differs from this one').toEqual([]);
	} finally {
		await virtual.stop();
		await router.run(TIDY_SCRIPT);
	}
});
