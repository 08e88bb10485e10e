// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Path } from '../../../rpcd/api/index.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { pathName } from '../ui/names.ts';
import { Chart, type Line } from './Chart.tsx';
import { SPAN, type FlowsSample, type History, type LoadSample } from './history.ts';
import { PATHS } from './query.ts';
import { totalOf } from './total.ts';

/** A chart is as wide as what is known, in milliseconds. */
const SPANS = [2 * 60_000, 5 * 60_000, SPAN];

interface ChartsProps {
	flows: History['flows'];
	load: History['load'];
	reloads: History['reloads'];
}

/** The last minutes: by which path, how fast, and what it costs the processor. */
export class Charts extends Component<ChartsProps> {
	override shouldComponentUpdate(next: ChartsProps) {
		const { flows, load, reloads } = this.props;
		return next.flows !== flows || next.load !== load || next.reloads !== reloads;
	}

	override render({ flows, load, reloads }: ChartsProps) {
		const until = Math.max(flows.at(-1)?.at ?? 0, load.at(-1)?.at ?? 0);
		const since = Math.min(flows[0]?.at ?? until, load[0]?.at ?? until);
		const span = SPANS.find((each) => each >= until - since) ?? SPAN;
		const common = { marks: reloads.filter((at) => until - at <= span), until, span };
		return (
			<div class="nfo-charts" role="group" aria-label={_('The last minutes')}>
				<Chart
					title={_('Share of bytes')}
					lines={byPath(flows, shareOf)}
					top={1}
					format={percent}
					{...common}
				/>
				<Chart
					title={_('Connections')}
					lines={byPath(flows, ({ totals }, path) => totals[path].flows)}
					format={formatCount}
					{...common}
				/>
				<Chart title={_('WAN')} lines={ofSide(load, 'wan')} format={perSecond} {...common} />
				<Chart title={_('LAN')} lines={ofSide(load, 'lan')} format={perSecond} {...common} />
				<Chart title={_('Processor')} lines={ofProcessor(load)} top={1} format={percent} {...common} />
				{reloads.length > 0 && (
					<p class="nfo-reloads">
						<svg class="nfo-chart nfo-sample" viewBox="0 0 24 8" aria-hidden="true">
							<path class="nfo-mark" d="M12 0V8" />
						</svg>
						{fill(
							_('The firewall was reloaded (%s): every offloaded connection started again on the CPU path.'),
							reloads
								.map((at) => new Date(Date.now() - (performance.now() - at)).toLocaleTimeString())
								.join(', ')
						)}
					</p>
				)}
			</div>
		);
	}
}

function byPath(samples: readonly FlowsSample[], value: (sample: FlowsSample, path: Path) => number): Line[] {
	return PATHS.map((path) => ({
		name: pathName(path),
		style: path,
		points: samples.map((sample) => [sample.at, value(sample, path)] as const)
	}));
}

function shareOf({ totals }: FlowsSample, path: Path): number {
	const { bytes } = totalOf(totals);
	return bytes > 0 ? totals[path].bytes / bytes : 0;
}

function ofSide(samples: readonly LoadSample[], side: 'lan' | 'wan'): Line[] {
	return [
		{
			name: _('Received'),
			style: 'first',
			points: samples.map((sample) => [sample.at, sample[side].received] as const)
		},
		{
			name: _('Sent'),
			style: 'second',
			points: samples.map((sample) => [sample.at, sample[side].sent] as const)
		}
	];
}

function ofProcessor(samples: readonly LoadSample[]): Line[] {
	return [
		{ name: _('Busy'), style: 'first', points: samples.map(({ at, busy }) => [at, busy] as const) },
		{
			name: _('of it for packets (softirq)'),
			style: 'second',
			points: samples.map(({ at, softirq }) => [at, softirq] as const)
		}
	];
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const perSecond = (bytes: number) => fill(_('%s/s'), formatBytes(bytes));
