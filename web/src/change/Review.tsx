// SPDX-License-Identifier: Apache-2.0
import { createRef, type ComponentChildren } from 'preact';
import type { ChangeCheck, PolicyRule } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { focus } from '../ui/focus.ts';
import { Notice } from '../ui/boxes.tsx';
import { DiffView } from './DiffView.tsx';
import type { ReviewLine } from './lines.ts';
import { durationText } from './names.ts';
import type { Terms } from './state.ts';

/** Seconds for a change that is kept as soon as it is proved. */
const USUAL = 120;
/** Seconds for which it may be tried. */
const TRIALS = [300, 3600, 86_400];

interface ReviewProps {
	check: ChangeCheck;
	policy: PolicyRule[] | null;
	lines: ReviewLine[];
	/** What the mode would bring; false where there is nothing. */
	findings: ComponentChildren;
	onStart: (terms: Terms) => void;
	onCancel: () => void;
}

/** What a change would do, and for how long it is to be tried. */
export function Review({ check, policy, lines, findings, onStart, onCancel }: ReviewProps) {
	const seconds = createRef<HTMLSelectElement>();
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				const given = Number(seconds.current?.value ?? USUAL);
				onStart({ seconds: given, trial: given !== USUAL });
			}}
		>
			{policy && <PolicyEdit check={check} policy={policy} />}
			<Edit check={check} lines={lines} />
			{check.mode !== 'off' && check.devices.length > 0 && (
				<p>{fill(_('The flowtable will be on: %s.'), check.devices.join(', '))}</p>
			)}
			{findings && (
				<>
					<p>{_('What this mode would bring:')}</p>
					{findings}
				</>
			)}
			{check.unknown_engines.length > 0 && (
				<Notice tone="warning">
					{fill(
						_(
							'Whether these devices have a flow engine is unknown: %s. Without one, connections stay in software; this page will tell whether any got into hardware.'
						),
						check.unknown_engines.join(', ')
					)}
				</Notice>
			)}
			{check.way_back !== null && (
				<Notice tone="warning">
					{_(
						'firewall4 refuses the present value, and would load nothing of it. If the change is not kept, the router goes back to Off.'
					)}
				</Notice>
			)}
			{check.starts_firewall && (
				<Notice tone="warning">
					{_(
						'The firewall is not loaded now. The change loads it, and it stays loaded, also if the router goes back.'
					)}
				</Notice>
			)}
			{!check.persistent && (
				<Notice tone="warning">
					{_('What this router saves is lost when it restarts: a restart takes the change back in any case.')}
				</Notice>
			)}
			<label class="nfo-field">
				{_('How long it is tried')}
				<select ref={seconds} class="cbi-input-select">
					<option value={USUAL}>{fill(_('Until packets are seen (%s)'), durationText(USUAL))}</option>
					{TRIALS.map((each) => (
						<option key={each} value={each}>
							{fill(_('Trial: %s'), durationText(each))}
						</option>
					))}
				</select>
			</label>
			<p class="nfo-hint">
				{_(
					'The change is kept as soon as packets are seen to take the new path, a trial only when you say so. Otherwise the router goes back by itself, also after a restart or when it cannot be reached. Connections restart on the CPU path.'
				)}
			</p>
			<div class="nfo-actions nfo-right">
				<button type="button" class="btn cbi-button" onClick={onCancel}>
					{_('Cancel')}
				</button>
				<button ref={focus} type="submit" class="btn cbi-button cbi-button-apply important">
					{_('Save & Apply')}
				</button>
			</div>
		</form>
	);
}

/** The rules by their names: what each says the policy itself tells. */
function PolicyEdit({ check, policy }: { check: ChangeCheck; policy: PolicyRule[] }) {
	const enabled = policy.filter((rule) => rule.enabled !== false).map(({ name }) => name);
	return (
		<p>
			{check.policy === undefined
				? _('The policy is like this already.')
				: enabled.length === 0
					? _('No rule keeps connections on the CPU then: whatever can be offloaded is.')
					: fill(_('These rules keep connections on the CPU then: %s.'), enabled.join(', '))}
		</p>
	);
}

function Edit({ check: { edit }, lines }: Pick<ReviewProps, 'check' | 'lines'>) {
	if (lines.length === 0)
		return (
			<p>
				{_(
					'No line of /etc/config/firewall changes. The firewall is loaded again, and the result is watched.'
				)}
			</p>
		);
	return (
		<>
			<p>
				{edit.kind === 'in_place'
					? _('These lines of /etc/config/firewall change, and no others:')
					: _('These lines of /etc/config/firewall change:')}
			</p>
			<DiffView lines={lines} />
			{edit.kind === 'rewritten' && (
				<Notice tone="warning">
					{_(
						'The two options are written in a way that cannot be edited in place. The file is written anew, as every change made in LuCI does: its comments and formatting will be lost.'
					)}
				</Notice>
			)}
		</>
	);
}
