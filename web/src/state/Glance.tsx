// SPDX-License-Identifier: Apache-2.0
import type { Path, Status } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { formatCount } from '../ui/format.ts';
import { effectiveHeadline, explainVerdict, isKnown } from './texts.ts';
import { modeName, pathName } from '../ui/names.ts';
import { Fact } from '../ui/Fact.tsx';

/** The first thing the admin reads: which path his packets take, and whether that is what he asked for. */
export function Glance({ status }: { status: Status }) {
	const { tone, text, advice } = explainVerdict(status);
	const mode = isKnown(status) ? status.effective.mode : null;
	const path: Path | null = mode === 'off' ? 'cpu' : mode;
	return (
		<section class={`cbi-section nfo-glance nfo-tone-${tone}`} aria-label={_('State')}>
			<div class="nfo-headline">
				<span class={`nfo-path nfo-path-${path ?? 'cpu'}`} aria-hidden="true">
					{path ? pathName(path) : '?'}
				</span>
				<div role="status">
					<h3>{effectiveHeadline(mode)}</h3>
					<p>{text}</p>
					{advice && <p class="nfo-advice">{advice}</p>}
					{status.verdict.code === 'module_missing' && <PackageLink />}
				</div>
			</div>
			<dl class="nfo-facts">
				<Fact name={_('Asked for')} value={requestedText(status)} />
				<Fact name={_('In effect')} value={mode ? modeName(mode) : _('unknown')} />
				<Fact name={_('Devices')} value={status.effective.devices.join(', ') || '–'} />
				<Fact name={_('Connections')} value={conntrackText(status)} />
				<Fact name={_('Counting')} value={countingText(status)} />
				<Fact name={_('Kernel module')} value={moduleText(status)} />
				<Fact name={_('Package')} value={packageText(status)} />
				<Fact name={_('Router')} value={routerText(status)} />
				{status.effective.foreign.length > 0 && (
					<Fact name={_('Other flowtables')} value={status.effective.foreign.join(', ')} />
				)}
			</dl>
		</section>
	);
}

/** To what installs and loads the module, further down. The address stays: the list of connections reads it. */
function PackageLink() {
	return (
		<a
			href="#nfo-package"
			onClick={(event) => {
				event.preventDefault();
				const section = document.getElementById('nfo-package');
				section?.scrollIntoView();
				section?.focus({ preventScroll: true });
			}}
		>
			{_('Install or load it here')}
		</a>
	);
}

function requestedText({ requested }: Status): string {
	return requested.readable ? modeName(requested.mode) : _('unreadable');
}

function conntrackText({ conntrack }: Status): string {
	return conntrack.maximum > 0
		? fill(_('%s of at most %s'), formatCount(conntrack.count), formatCount(conntrack.maximum))
		: _('not tracked');
}

function countingText({ conntrack, effective }: Status): string {
	if (!conntrack.accounting) return _('off: no connection has counters');
	if (effective.mode !== 'off' && !effective.counter) return _('without offloaded packets');
	return _('on');
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
