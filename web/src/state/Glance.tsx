// SPDX-License-Identifier: Apache-2.0
import type { EngineTable, Requested, SeenPath, Status } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { modeName } from '../ui/names.ts';
import { Fact } from '../ui/Fact.tsx';
import { CoverageTable } from './CoverageTable.tsx';
import { badgeOf, headline, sightOf } from './sight.ts';
import { explainState } from './texts.ts';
import { WayOut, type WayOutProps } from './WayOut.tsx';
import './state.css';

interface GlanceProps extends Pick<WayOutProps, 'loader' | 'onReview' | 'busy'> {
	status: Status;
}

/** The first thing the admin reads: which path his packets take, whether that is as configured, and what to do if not. */
export function Glance({ status, ...actions }: GlanceProps) {
	const { tone, text, advice } = explainState(status);
	const sight = sightOf(status);
	const badge = badgeOf(status, sight);
	return (
		<section tabIndex={-1} class={`cbi-section nfo-glance nfo-tone-${tone}`} aria-label={_('State')}>
			<div class="nfo-headline">
				<span class={`nfo-path nfo-path-${badge.path ?? 'cpu'}`} aria-hidden="true">
					{badge.text}
				</span>
				<div>
					<div role="status">
						<h3>{headline(status, sight)}</h3>
						<p>{text}</p>
						{advice && <p class="nfo-advice">{advice}</p>}
					</div>
					<WayOut verdict={status.verdict} tone={tone} {...actions} />
				</div>
			</div>
			<Facts status={status} known={sight !== 'unknown'} />
			{status.effective.mode !== 'off' && status.coverage.length > 0 && (
				<CoverageTable coverage={status.coverage} />
			)}
		</section>
	);
}

function Facts({ status, known }: { status: Status; known: boolean }) {
	const { effective, seen, engines, accelerators } = status;
	const hardware = effective.mode === 'hardware' || seen.hardware.connections > 0;
	return (
		<dl class="nfo-facts">
			<Fact name={_('Configured')} value={requestedText(status.requested)} />
			<Fact name={_('Set up')} value={known ? modeName(effective.mode) : _('unknown')} />
			<Fact name={_('Seen in software')} value={seenText(seen.software, status)} />
			{hardware && <Fact name={_('Seen in hardware')} value={seenText(seen.hardware, status)} />}
			{hardware && seen.tables.length > 0 && (
				<Fact name={_('Hardware table')} value={seen.tables.map(tableText).join(', ')} />
			)}
			<Fact name={_('Devices')} value={effective.devices.join(', ') || '–'} />
			{engines.length > 0 && <Fact name={_('Flow engine')} value={enginesText(status)} />}
			{effective.foreign.length > 0 && (
				<Fact name={_('Other flowtables')} value={effective.foreign.join(', ')} />
			)}
			{accelerators.length > 0 && <Fact name={_('Other accelerators')} value={accelerators.join(', ')} />}
			<Fact name={_('Connections')} value={conntrackText(status)} />
			<Fact name={_('Counting')} value={countingText(status)} />
			<Fact name={_('Kernel module')} value={moduleText(status)} />
			<Fact name={_('Package')} value={packageText(status)} />
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
	return seen.uncounted > 0 ? _('without some in hardware') : _('on');
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
