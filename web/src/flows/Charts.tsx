// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { formatThroughput } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { pathName } from '../ui/names.ts';
import { Chart, type Line } from './Chart.tsx';
import { SPAN, type FlowsSample, type History, type LoadSample, type Throughput } from './history.ts';

/** A chart is as wide as what is known, in milliseconds. */
const SPANS = [2 * 60_000, 5 * 60_000, SPAN];
/** Bits per second at the top at least. */
const LEAST = 1_000_000;
/** From the ground up. */
const STACK = ['hardware', 'software', 'cpu'] as const;

interface ChartsProps {
	flows: History['flows'];
	load: History['load'];
	reloads: History['reloads'];
}

/** The last minutes: how much by which path, and below it what that costs the processor. */
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
		const uncounted = flows.at(-1)?.uncounted === true;
		return (
			<div class="nfo-charts" role="group" aria-label={_('The last minutes')}>
				<Chart
					title={_('Throughput by path')}
					stack={byPath(flows)}
					lines={uncounted ? ofDevices(load) : []}
					least={LEAST}
					format={bits}
					note={uncounted ? whatIsMissing(load.at(-1)?.wan ?? null) : ''}
					{...common}
				/>
				<Chart
					title={_('Processor', 'chart')}
					lines={ofProcessor(load)}
					top={1}
					format={percent}
					low
					{...common}
				/>
				<p class="nfo-reloads">
					{reloads.length > 0 && (
						<>
							<svg class="nfo-chart nfo-sample" viewBox="0 0 24 8" aria-hidden="true">
								<path class="nfo-mark" d="M12 0V8" />
							</svg>
							{fill(
								_(
									'The firewall was reloaded (%s): every offloaded connection started again on the CPU path.'
								),
								reloads
									.map((at) => new Date(Date.now() - (performance.now() - at)).toLocaleTimeString())
									.join(', ')
							)}
						</>
					)}
				</p>
			</div>
		);
	}
}

function byPath(samples: readonly FlowsSample[]): Line[] {
	const known = samples.flatMap(({ at, rates }) => (rates ? [{ at, rates }] : []));
	return STACK.map((path) => ({
		name: pathName(path),
		style: path,
		points: known.map(({ at, rates }) => [at, 8 * (rates[path] + (path === 'cpu' ? rates.kept : 0))] as const)
	}));
}

/** Beside connections that are not counted: what the devices say. */
function ofDevices(samples: readonly LoadSample[]): Line[] {
	const points = samples.flatMap(({ at, wan }) =>
		wan ? [[at, 8 * (wan.received + wan.sent)] as const] : []
	);
	return [{ name: _('WAN devices, both ways'), style: 'third', points }];
}

/** Never nothing without a word. Bytes per second below which the WAN counts the router's own talk alone. */
const STILL = 1000;

/** `counted`: what the devices of the WAN count, where not all connections are. */
function whatIsMissing(counted: Throughput | null): string {
	switch (counted?.offloaded) {
		case undefined:
			return _('Not all connections are counted.');
		case 'yes':
			return _('Not all connections are counted: what passes is what the devices count.');
		case 'no':
			return _('Without what is offloaded: neither its connections nor the devices count it.');
		case 'unknown':
			return counted.received + counted.sent < STILL
				? _(
						'Nothing counts what the hardware forwards: neither the devices nor its connections’ counters move.'
					)
				: _('The counters of the connections in hardware stand still: what they carry may be missing.');
	}
}

function ofProcessor(samples: readonly LoadSample[]): Line[] {
	return [
		{
			name: _('Busy', 'processor'),
			style: 'first',
			points: samples.map(({ at, busy }) => [at, busy] as const)
		},
		{
			name: _('of which packet processing'),
			style: 'second',
			points: samples.map(({ at, softirq }) => [at, softirq] as const)
		}
	];
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const bits = (value: number) => formatThroughput(value / 8);
