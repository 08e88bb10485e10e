// SPDX-License-Identifier: Apache-2.0
/** What the page says of a comparison, for each code of the contract. */
import type { Answer, Comparison, ComparisonReport, Doubt, Phase } from '../../../rpcd/api/index.ts';
import { formatCount, formatThroughput } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { modeName, type Explanation } from '../ui/names.ts';
import { explainProblem } from '../ui/problem.ts';
import { whose } from '../ui/watched.ts';

/** A share of ten thousand, with one digit behind the point. */
export const percentText = (share: number): string => `${(share / 100).toFixed(1)} %`;

/** For so many Mbit/s the processor's work is told: for fewer where 100 take more than the router has. */
type Measure = 100 | 10;

export const measureOf = (phases: readonly Phase[]): Measure =>
	phases.some(({ cost }) => (cost ?? 0) > 10_000) ? 10 : 100;

export const costText = ({ cost }: Phase, measure: Measure): string =>
	cost === null ? '–' : percentText((cost * measure) / 100);

/** Bits a second. */
export const bitsText = (bits: number): string => formatThroughput(bits / 8);

export const latencyText = (microseconds: number | null): string =>
	microseconds === null ? _('not seen', 'latency') : `${(microseconds / 1000).toFixed(1)} ms`;

/** What it does now. */
export function stepText({ step, report }: Extract<Comparison, { state: 'running' }>): string {
	const mode = modeName(report.phases.length === 0 ? report.previous : report.mode);
	switch (step) {
		case 'looking':
			return _('Looking at what could spoil the comparison.');
		case 'waiting':
			return fill(
				_('%s: waiting for traffic. Start a large download on a device behind the router now.'),
				mode
			);
		case 'measuring':
			return fill(_('%s: measuring. Keep the download going.'), mode);
		case 'changing':
			return fill(_('Changing to %s, on trial.'), mode);
		case 'ending':
			return _('Done: keeping the mode, or going back.');
	}
}

/** The answer, and what the admin can do to get another. */
export function explainAnswer(report: ComparisonReport, answer: Answer): Explanation {
	switch (answer.code) {
		case 'compared':
			return explainCompared(report, answer);
		case 'cannot_tell':
			return { tone: 'warning', ...explainDoubt(answer.doubt) };
		case 'stopped':
			return {
				tone: 'info',
				text: fill(_('Stopped by %s. The router goes back to its mode of before.'), whose(answer.by)),
				advice: ''
			};
		case 'interrupted':
			return {
				tone: 'warning',
				text: _('The comparison was interrupted.'),
				advice: _('The router goes back by itself.')
			};
	}
}

function explainCompared(
	{ phases: [before, after], ...report }: ComparisonReport,
	answer: Extract<Answer, { code: 'compared' }>
): Explanation {
	if (!before || !after) return { tone: 'info', text: '', advice: '' };
	const measure = measureOf([before, after]);
	const text = fill(
		_('Per %s Mbit/s the router spends %s of its CPU with %s, and %s with %s.'),
		measure,
		costText(after, measure),
		modeName(after.mode),
		costText(before, measure),
		modeName(before.mode)
	);
	const speed =
		answer.limit === 'router'
			? fill(
					_('The router was what limited the speed: %s, before %s.'),
					bitsText(totalOf(after)),
					bitsText(totalOf(before))
				)
			: _('The speed tells nothing: packets did not fill the processor.');
	const end = answer.kept
		? fill(_('%s was kept.'), modeName(report.mode))
		: fill(_('The router goes back to %s.'), modeName(report.previous));
	const unproved =
		report.keep_better && answer.better && !answer.kept
			? ` ${fill(_('%s was not kept, since it was not seen to carry packets both ways until the end.'), modeName(report.mode))}`
			: '';
	return { tone: answer.better ? 'good' : 'info', text, advice: `${speed}${unproved} ${end}` };
}

export const totalOf = ({ received, sent }: Phase): number => received + sent;

type Told = Pick<Explanation, 'text' | 'advice'>;

function explainDoubt(doubt: Doubt): Told {
	const { text, advice } = whyNot(doubt);
	return { text: `${_('It cannot be told what it gains.')} ${text}`, advice };
}

function whyNot(doubt: Doubt): Told {
	switch (doubt.cause) {
		case 'too_little':
			return {
				text: fill(_('Less than %s passed through the router.'), bitsText(doubt.least)),
				advice: _('Start a large download on a device behind the router, and compare again.')
			};
		case 'local':
			return {
				text: _(
					'What passed, or much of it, began or ended at the router itself, as the outside of a tunnel does, too.'
				),
				advice: _(
					'Start the download on a device behind the router, and through no tunnel (VPN) of the router.'
				)
			};
		case 'bridged':
			return {
				text: _(
					'What passed, or much of it, stayed between ports of the same network: bridged, and never routed.'
				),
				advice: _('Compare with a download from the internet alone.')
			};
		case 'cut_off':
			return {
				text: _(
					'What the hardware forwarded is counted by its connections alone, and those that ended have lost the last of it.'
				),
				advice: _('Start one download that lasts for a minute or more, and compare again.')
			};
		case 'short_lived':
			return {
				text: _('The connections were over too soon to see on which path they were.'),
				advice: _('Start one download that lasts for a minute or more, and compare again.')
			};
		case 'shaped':
			return {
				text: fill(
					_('A shaper (%s on %s) may decide how much passes, and one of the modes may pass it by.'),
					doubt.kind,
					doubt.device
				),
				advice: _('Switch the shaper off to compare.')
			};
		case 'not_offloaded':
			return {
				text: fill(_('%s took next to nothing of what passed.'), modeName(doubt.mode)),
				advice: ''
			};
		case 'not_counted':
			return {
				text: _('The kernel counts no packets of connections, or does not list them.'),
				advice: _('See the findings above.')
			};
		case 'phases_differ':
			return differText(doubt.by);
		case 'idle':
			return {
				text: _('The processor had next to nothing to do with either mode.'),
				advice: _('Compare with more traffic.')
			};
		case 'change_ended':
			return {
				text: _(
					'The mode did not come into effect, or somebody has set another, kept it or taken it back meanwhile.'
				),
				advice: ''
			};
		case 'refused':
			return { text: explainProblem(doubt.problem), advice: '' };
	}
}

function differText(by: Extract<Doubt, { cause: 'phases_differ' }>['by']): Told {
	switch (by) {
		case 'amount':
			return {
				text: _('Far more passed with one mode than with the other, and packets did not fill the processor.'),
				advice: _('Keep one download going until the end.')
			};
		case 'packet_size':
			return {
				text: _('Packets were of another size with one mode than with the other.'),
				advice: _('Keep one download going until the end.')
			};
		case 'programs':
			return {
				text: _('Programs of the router took far more of its CPU with one mode than with the other.'),
				advice: _('Compare again when the router has nothing else to do.')
			};
		case 'clock':
			return {
				text: _('The processor ran at another clock with one mode than with the other, to save power.'),
				advice: _('Have it keep one (scaling_governor: performance), and compare again.')
			};
	}
}

/** The figures, a row each: its name, and what each phase has. */
export function figures(report: ComparisonReport): { name: string; values: string[] }[] {
	const row = (name: string, value: (phase: Phase) => string) => ({
		name,
		values: report.phases.map(value)
	});
	const busiest = ({ cores }: Phase) => Math.max(0, ...cores.map(({ busy }) => busy));
	const softirq = ({ cores }: Phase) => cores.map((each) => percentText(each.softirq)).join(', ');
	const measure = measureOf(report.phases);
	return [
		row(fill(_('CPU for %s Mbit/s'), measure), (phase) => costText(phase, measure)),
		row(_('Down'), ({ received }) => bitsText(received)),
		row(_('Up'), ({ sent }) => bitsText(sent)),
		row(_('Packets a second'), ({ packets }) => formatCount(packets)),
		row(_('CPU, all cores'), ({ busy }) => percentText(busy)),
		row(_('Busiest core'), (phase) => percentText(busiest(phase))),
		row(_('Softirq by core'), softirq),
		row(_('Offloaded in software'), ({ software }) => percentText(software)),
		row(_('Offloaded in hardware'), ({ hardware }) => percentText(hardware)),
		row(_('Latency to the gateway'), ({ latency }) => latencyText(latency)),
		row(_('Counted by'), ({ counted_by }) =>
			counted_by === 'devices' ? _('devices', 'counters') : _('connections', 'counters')
		)
	];
}

/** All of it as text, to be pasted somewhere. */
export function asText(report: ComparisonReport, answer: Answer): string {
	const { text, advice } = explainAnswer(report, answer);
	const head = ['', ...report.phases.map(({ mode }) => modeName(mode))].join('\t');
	const rows = figures(report).map(({ name, values }) => [name, ...values].join('\t'));
	return [
		`${text} ${advice}`,
		...(report.phases.length > 0 ? [head, ...rows] : []),
		whenText(report),
		...(report.idle_latency === null ? [] : [restText(report.idle_latency)])
	].join('\n');
}

/** When, and on which kernel. */
export const whenText = ({ began, kernel }: ComparisonReport): string =>
	fill(_('Measured %s, kernel %s.'), new Date(began * 1000).toLocaleString(), kernel);

export const restText = (latency: number): string =>
	fill(_('The gateway of a router at rest answers in %s.'), latencyText(latency));
