// SPDX-License-Identifier: Apache-2.0
'use strict';
'require baseclass';
'require rpc';

// A row on LuCI's overview: the mode, how much of what could be offloaded is, and what was found, with the way to our page.
// Whoever may not ask sees nothing of it.

/** Milliseconds between two looks: LuCI comes by each few seconds, and each look starts programs on the router. */
const PAUSE = 60000;

const ask = {
	status: rpc.declare({ object: 'luci.nft-offload', method: 'get_status' }),
	flows: rpc.declare({
		object: 'luci.nft-offload',
		method: 'get_flows',
		params: ['limit', 'breakdown']
	}),
	diagnosis: rpc.declare({ object: 'luci.nft-offload', method: 'get_diagnosis' })
};

const MODES = {
	off: () => _('Off', 'offloading'),
	software: () => _('Software', 'offloading'),
	hardware: () => _('Hardware', 'offloading')
};

/** What is set up; null where nobody knows. */
function modeOf(status) {
	const effective = status && status.effective;
	return effective && effective.error === null && Object.hasOwn(MODES, effective.mode)
		? effective.mode
		: null;
}

function shareText(flows) {
	const eligible = flows && flows.breakdown && flows.breakdown.eligible;
	if (!eligible) return '?';
	const offloaded = eligible.software.flows + eligible.hardware.flows;
	return _('%s of %s eligible connections').format(offloaded, offloaded + eligible.cpu.flows);
}

function row(name, value) {
	return E('tr', { class: 'tr' }, [
		E('td', { class: 'td left', width: '33%' }, [name]),
		E('td', { class: 'td left' }, [value])
	]);
}

return baseclass.extend({
	title: _('Flow Offloading'),

	asked: -Infinity,
	known: null,

	// Waits for the first answer alone: a slow one does not hold up what else is on the overview.
	load() {
		if (Date.now() - this.asked < PAUSE) return Promise.resolve(this.known);
		this.asked = Date.now();
		const asking = Promise.all([
			L.resolveDefault(ask.status(), null),
			L.resolveDefault(ask.flows(0, true), null),
			L.resolveDefault(ask.diagnosis(), null)
		]).then((answers) => (this.known = answers));
		return this.known === null ? asking : Promise.resolve(this.known);
	},

	render([status, flows, diagnosis]) {
		const mode = modeOf(status);
		if (mode === null) return null;
		const findings = diagnosis && diagnosis.findings ? String(diagnosis.findings.length) : '?';
		return E('table', { class: 'table' }, [
			row(
				_('Mode', 'offloading'),
				E('a', { href: L.url('admin/network/firewall/offload') }, [MODES[mode]()])
			),
			...(mode === 'off' ? [] : [row(_('Offloaded'), shareText(flows))]),
			row(_('Findings'), findings)
		]);
	}
});
