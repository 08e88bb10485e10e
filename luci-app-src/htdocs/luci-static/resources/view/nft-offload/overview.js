// SPDX-License-Identifier: Apache-2.0
'use strict';
'require view';
'require rpc';
'require poll';

// The page itself is an ES module of its own (web/ in the sources); this view hands it what LuCI knows.
// Its folder is the version, which a test compares with package.json.
const asset = (name) => L.resource('nft-offload/0.2.0/' + name);

return view.extend({
	load() {
		return import(asset('nft-offload.js'));
	},

	render(page) {
		// LuCI before 26 ignores a menu entry's own stylesheet.
		const stylesheet = E('link', { rel: 'stylesheet', href: asset('nft-offload.css') });
		const root = E('div', { id: 'nft-offload' });

		page.mount(root, {
			session: rpc.getSessionID(),
			ubusUrl: rpc.getBaseURL(),
			mayWrite: L.hasViewPermission() === true,
			interval: L.env.pollinterval,
			translate: _,
			poll: {
				add: (tick) => poll.add(tick, 1),
				remove: (tick) => poll.remove(tick)
			}
		});

		return [stylesheet, root];
	},

	handleSave: null,
	handleSaveApply: null,
	handleReset: null
});
