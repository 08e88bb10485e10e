// SPDX-License-Identifier: Apache-2.0
/** What the command line and a report say of a comparison. */
import type { Answer, Comparison, ComparisonReport, Doubt, Passing, Phase } from '../../api/index.ts';
import { duration, fact, paragraph } from 'nft_offload.words.columns';
import { reason_words } from 'nft_offload.words.reason';
import { mode_words } from 'nft_offload.words.verdict';

/** A figure of hundredths, or of thousandths, with one digit behind the point. */
function tenths_of(figure: number, whole: number): string {
	const tenths = int((figure * 10 + int(whole / 2)) / whole);
	return `${int(tenths / 10)}.${tenths - int(tenths / 10) * 10}`;
}

/** `31.2 %`, of a share of 10,000. */
function percent(share: number): string {
	return `${tenths_of(share, 100)} %`;
}

function megabits(bits: number): string {
	return `${tenths_of(bits, 1000000)} Mbit/s`;
}

function latency_words(latency: number | null): string {
	return latency == null ? 'not seen' : `${tenths_of(latency, 1000)} ms`;
}

function passing_words(passing: Passing): string {
	return `${megabits(passing.received)} in, ${megabits(passing.sent)} out, ${passing.packets} packets a second, CPU ${percent(passing.busy)}`;
}

/** For so many Mbit/s the processor's work is told: for fewer where 100 take more than the router has. */
function measure_of(phases: Phase[]): number {
	return length(filter(phases, (phase) => (phase.cost ?? 0) > 10000)) > 0 ? 10 : 100;
}

function cost_share(phase: Phase, measure: number): string {
	return percent(int(((phase.cost ?? 0) * measure) / 100));
}

function cost_words(phase: Phase, measure: number): string {
	return phase.cost == null
		? 'nothing passed'
		: `${cost_share(phase, measure)} of the CPU for ${measure} Mbit/s`;
}

function phase_words(phase: Phase, measure: number): string {
	const cores = map(phase.cores, (core) => `${percent(core.busy)} (softirq ${percent(core.softirq)})`);
	return join('', [
		fact(mode_words(phase.mode), cost_words(phase, measure)),
		fact(
			'',
			`${passing_words(phase)}, for ${duration(int(phase.lasted / 1000))}, counted by the ${phase.counted_by}`
		),
		fact('', `cores ${join(', ', cores)}`),
		fact(
			'',
			`offloaded: ${percent(phase.software)} in software, ${percent(phase.hardware)} in hardware; to the gateway: ${latency_words(phase.latency)}`
		)
	]);
}

const ONE_DOWNLOAD = 'Keep one download going through both.';

function differ_words(by: 'amount' | 'packet_size' | 'programs' | 'clock'): string {
	switch (by) {
		case 'amount':
			return `far more passed in one phase than in the other, and packets did not fill the processor. ${ONE_DOWNLOAD}`;
		case 'packet_size':
			return `packets were of another size in one phase than in the other. ${ONE_DOWNLOAD}`;
		case 'programs':
			return 'programs of the router took far more of its CPU in one phase than in the other. Compare when it has nothing else to do.';
		case 'clock':
			return 'the processor ran at another clock in one phase than in the other, to save power. Have it keep one (scaling_governor: performance).';
	}
}

function doubt_words(found: Doubt): string {
	switch (found.cause) {
		case 'too_little':
			return `less than ${megabits(found.least)} passed through the router. Start a large download on a device behind it.`;
		case 'local':
			return 'what passed, or much of it, began or ended at the router itself, as the outside of a tunnel does, too. Start the download on a device behind the router, and through no tunnel (VPN) of the router.';
		case 'bridged':
			return 'what passed, or much of it, stayed between ports of the same network: bridged, and never routed. Compare with a download from the internet alone.';
		case 'cut_off':
			return 'what hardware forwarded is counted by its connections alone, and those that ended have lost the last of it. Start one download that lasts.';
		case 'short_lived':
			return 'the connections were over too soon to see on which path they were. Start one download that lasts.';
		case 'shaped':
			return `a shaper (${found.kind} on ${found.device}) may decide how much passes, and may be passed by in one of the modes.`;
		case 'not_offloaded':
			return `${mode_words(found.mode)} took next to nothing${length(found.reasons) > 0 ? `: ${join('; ', map(found.reasons, reason_words))}` : ''}.`;
		case 'not_counted':
			return 'the kernel counts no packets of connections (net.netfilter.nf_conntrack_acct), or does not list them.';
		case 'phases_differ':
			return differ_words(found.by);
		case 'idle':
			return 'the processor had next to nothing to do in either mode.';
		case 'change_ended':
			return 'the mode did not come into effect, or somebody has set another, kept it or taken it back meanwhile: see "nft-offload change".';
		case 'refused':
			return `the router refused: ${found.problem.problem}.`;
	}
}

function compared_words(report: ComparisonReport, answer: Answer): string {
	const before = report.phases[0];
	const after = report.phases[1];
	if (answer.code !== 'compared' || before == null || after == null) {
		return '';
	}
	const is = after.received + after.sent;
	const was = before.received + before.sent;
	const speed =
		answer.limit === 'router'
			? ` The router was what limited the speed: ${megabits(is)}, before ${megabits(was)}.`
			: ' The speed tells nothing: packets did not fill the processor.';
	const unproved =
		report.keep_better && answer.better && !answer.kept
			? ` ${mode_words(report.mode)} was not kept, since it was not seen to carry packets both ways until the end.`
			: '';
	const end = answer.kept
		? `${mode_words(report.mode)} was kept.`
		: `The router goes back to ${mode_words(report.previous)}.`;
	const measure = measure_of(report.phases);
	return `Per ${measure} Mbit/s the router spends ${cost_share(after, measure)} of its CPU with ${mode_words(after.mode)}, with ${mode_words(before.mode)} ${cost_share(before, measure)}.${speed}${unproved} ${end}`;
}

function answer_words(report: ComparisonReport, answer: Answer): string {
	switch (answer.code) {
		case 'compared':
			return compared_words(report, answer);
		case 'cannot_tell':
			return `Cannot tell: ${doubt_words(answer.doubt)}`;
		case 'stopped':
			return `Stopped by ${answer.by ?? 'the command line'}: the router goes back to ${mode_words(report.previous)}.`;
		case 'interrupted':
			return 'The comparison was interrupted. The router goes back by itself.';
	}
}

/** What it does now, in one line. */
function step_words(comparison: Comparison): string {
	if (comparison.state !== 'running') {
		return '';
	}
	const report = comparison.report;
	const mode = mode_words(length(report.phases) === 0 ? report.previous : report.mode);
	switch (comparison.step) {
		case 'looking':
			return `Comparing ${mode_words(report.mode)} with ${mode_words(report.previous)}.`;
		case 'waiting':
			return `${mode}: waiting for traffic. Start a large download on any device behind the router.`;
		case 'measuring':
			return `${mode}: measuring, keep the download going.`;
		case 'changing':
			return `Changing to ${mode_words(report.mode)}.`;
		case 'ending':
			return report.change == null ? 'Done.' : 'Keeping the mode, or going back.';
	}
}

/** `2026-11-26 12:34`, by the router's calendar. */
function moment_words(seconds: number): string {
	const then = localtime(seconds);
	return sprintf('%d-%02d-%02d %02d:%02d', then.year, then.mon, then.mday, then.hour, then.min);
}

/** What came of it, with its figures. */
function comparison_words(comparison: Comparison): string {
	if (comparison.state === 'none') {
		return paragraph('No comparison since the boot.');
	}
	const report = comparison.report;
	const passing = comparison.state === 'running' ? comparison.passing : null;
	return join('', [
		paragraph(
			comparison.state === 'running' ? step_words(comparison) : answer_words(report, comparison.answer)
		),
		passing == null ? '' : fact('Now', passing_words(passing)),
		join(
			'',
			map(report.phases, (phase) => phase_words(phase, measure_of(report.phases)))
		),
		fact('Gateway', `at rest: ${latency_words(report.idle_latency)}`),
		fact('Measured', `${moment_words(report.began)}, kernel ${report.kernel}`)
	]);
}

export { comparison_words, passing_words, step_words };
