// SPDX-License-Identifier: Apache-2.0
/** What the router is and has: folded away, and loaded when the state has been shown. */
import type { EngineTable, Requested, SeenPath, Status } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { modeName } from '../ui/names.ts';
import { Fact } from '../ui/boxes.tsx';
import { sightOf } from './sight.ts';

/** Everything that the headline stands on. */
export function Facts({ status }: { status: Status }) {
	return (
		<section class="cbi-section nfo-folded" aria-label={_('Details', 'router')}>
			<details>
				<summary>
					<h3>{_('Details', 'router')}</h3> <span>{routerText(status)}</span>
				</summary>
				<FactList status={status} known={sightOf(status) !== 'unknown'} />
			</details>
		</section>
	);
}

function FactList({ status, known }: { status: Status; known: boolean }) {
	const { effective, seen, engines, accelerators } = status;
	const hardware = effective.mode === 'hardware' || seen.hardware.connections > 0;
	return (
		<dl class="nfo-facts">
			<Fact name={_('Configured', 'offloading')} value={requestedText(status.requested)} />
			<Fact name={_('Set up', 'offloading')} value={known ? modeName(effective.mode) : _('unknown')} />
			<Fact name={_('Seen in software')} value={seenText(seen.software, status)} />
			{hardware && <Fact name={_('Seen in hardware')} value={seenText(seen.hardware, status)} />}
			{hardware && seen.tables.length > 0 && (
				<Fact name={_('Hardware table')} value={seen.tables.map(tableText).join(', ')} />
			)}
			<Fact name={_('Devices', 'flowtable')} value={effective.devices.join(', ') || '–'} />
			{engines.length > 0 && <Fact name={_('Flow engine')} value={enginesText(status)} />}
			{effective.foreign.length > 0 && (
				<Fact name={_('Other flowtables')} value={effective.foreign.join(', ')} />
			)}
			{accelerators.length > 0 && <Fact name={_('Other accelerators')} value={accelerators.join(', ')} />}
			<Fact name={_('Connections')} value={conntrackText(status)} />
			<Fact name={_('Counting', 'connections')} value={countingText(status)} />
			<Fact name={_('Kernel module')} value={moduleText(status)} />
			<Fact name={_('Package', 'kmod')} value={packageText(status)} />
			<Fact name={_('Router')} value={routerText(status)} />
		</dl>
	);
}

function requestedText(requested: Requested): string {
	if (!requested.readable) return _('unreadable');
	return requested.refused ? fill(_('“%s” is refused'), requested.refused.value) : modeName(requested.mode);
}

function seenText({ connections, bytes }: SeenPath, { seen, conntrack }: Status): string {
	const found = `${seen.whole ? '' : '≥ '}${formatCount(connections)}`;
	return conntrack.accounting && connections > 0 ? fill(_('%s, with %s'), found, formatBytes(bytes)) : found;
}

/** A connection that is wholly in hardware has two entries, one for each direction. */
function tableText({ name, entries, whole }: EngineTable): string {
	return fill(_('%s: %s entries'), name, `${whole ? '' : '≥ '}${formatCount(entries)}`);
}

function enginesText({ engines }: Status): string {
	return (['yes', 'no', 'unknown'] as const)
		.map((each) => [each, engines.filter(({ engine }) => engine === each)] as const)
		.filter(([, those]) => those.length > 0)
		.map(([each, those]) => `${knowledge(each)}: ${those.map(({ device }) => device).join(', ')}`)
		.join('; ');
}

function knowledge(engine: 'yes' | 'no' | 'unknown'): string {
	switch (engine) {
		case 'yes':
			return _('yes');
		case 'no':
			return _('no');
		case 'unknown':
			return _('unknown');
	}
}

function conntrackText({ conntrack }: Status): string {
	return conntrack.maximum > 0
		? fill(_('%s of at most %s'), formatCount(conntrack.count), formatCount(conntrack.maximum))
		: _('not tracked');
}

function countingText({ conntrack, effective, seen }: Status): string {
	if (!conntrack.accounting) return _('off: no connection has counters');
	if ((effective.mode !== 'off' && !effective.counter) || effective.foreign_uncounted.length > 0)
		return _('without offloaded packets');
	return seen.uncounted > 0 ? _('without some in hardware') : _('on', 'counting');
}

function moduleText({ module }: Status): string {
	switch (module.state) {
		case 'loaded':
			return fill(_('%s, loaded'), module.name);
		case 'builtin':
			return fill(_('%s, built into the kernel'), module.name);
		case 'loadable':
			return fill(_('%s, not loaded'), module.name);
		case 'missing':
			return fill(_('%s is missing'), module.name);
	}
}

function packageText({ package: state }: Status): string {
	return state.version === null
		? fill(_('%s is not installed'), state.name)
		: `${state.name} ${state.version}${state.manager === 'none' ? '' : ` (${state.manager})`}`;
}

function routerText({ board }: Status): string {
	return [board.model, `${board.distribution} ${board.version}`.trim(), board.target, board.kernel]
		.filter((text) => text !== '')
		.join(' · ');
}
