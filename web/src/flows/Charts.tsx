// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Path } from '../../../rpcd/api/index.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { pathName } from '../ui/names.ts';
import { Chart, type ChartProps, type Line } from './Chart.tsx';
import { SPAN, type FlowsSample, type History, type LoadSample, type Throughput } from './history.ts';
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
				<SideChart title={_('WAN')} side="wan" flows={flows} load={load} {...common} />
				<SideChart title={_('LAN')} side="lan" flows={flows} load={load} {...common} />
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

interface SideChartProps extends Pick<ChartProps, 'title' | 'marks' | 'until' | 'span'> {
	side: 'lan' | 'wan';
	flows: History['flows'];
	load: History['load'];
}

/** What the devices of one side count, and what is missing in that. */
function SideChart({ side, flows, load, ...common }: SideChartProps) {
	const samples = load.flatMap(({ at, [side]: sample }) => (sample ? [{ at, ...sample }] : []));
	const lines: Line[] = [
		{
			name: _('Received'),
			style: 'first',
			points: samples.map(({ at, received }) => [at, received] as const)
		},
		{ name: _('Sent'), style: 'second', points: samples.map(({ at, sent }) => [at, sent] as const) }
	];
	const inHardware = samples.at(-1)?.offloaded === 'unknown' ? hardwareLine(flows) : null;
	if (inHardware) lines.push(inHardware);
	return (
		<Chart lines={lines} format={perSecond} note={whatIsMissing(samples.at(-1), flows.at(-1))} {...common} />
	);
}

/** Null where none was in hardware. */
function hardwareLine(samples: readonly FlowsSample[]): Line | null {
	const points = samples.flatMap(({ at, hardware }) => (hardware === null ? [] : [[at, hardware] as const]));
	return points.length > 0 ? { name: _('In hardware, by connections'), style: 'third', points } : null;
}

/** Never nothing without a word. What a side counts in a second below this is the router's own talk. */
const STILL = 1000;

/** Nothing is missing while nothing is offloaded. */
function whatIsMissing(counted: Throughput | undefined, connections: FlowsSample | undefined): string {
	if (connections && connections.totals.software.flows + connections.totals.hardware.flows === 0) return '';
	switch (counted?.offloaded) {
		case undefined:
		case 'yes':
			return '';
		case 'no':
			return _('Without what is offloaded: the devices of this side do not count it.');
		case 'unknown':
			if (!connections || connections.totals.hardware.flows === 0) return '';
			if (connections.hardware !== 0)
				return _('Whether the devices count what the hardware forwards depends on their driver.');
			return counted.received + counted.sent < STILL
				? _(
						'Nothing counts what the hardware forwards: neither the devices nor its connections’ counters move.'
					)
				: _('The counters of the connections in hardware stand still: what they carry may be missing.');
	}
}

function ofProcessor(samples: readonly LoadSample[]): Line[] {
	return [
		{ name: _('Busy'), style: 'first', points: samples.map(({ at, busy }) => [at, busy] as const) },
		{
			name: _('of which packets (softirq)'),
			style: 'second',
			points: samples.map(({ at, softirq }) => [at, softirq] as const)
		}
	];
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const perSecond = (bytes: number) => fill(_('%s/s'), formatBytes(bytes));
