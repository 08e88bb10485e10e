// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import type { Engine, Mode, Requested, Status } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';
import { modeDescription } from './modes.ts';
import { obstacleTo } from './obstacles.ts';
import { modeName } from '../ui/names.ts';
import './choice.css';

const MODES: readonly Mode[] = ['off', 'software', 'hardware'];

export type Busy = false | 'preparing' | 'running';

interface ModeChoiceProps {
	status: Status;
	/** What is known of the devices where packets enter. */
	engines: readonly Engine['engine'][];
	mayWrite: boolean;
	/** Whether a change is prepared here, or one is under way, whoever started it. */
	busy: Busy;
	onReview: (mode: Mode) => void;
}

/** The switch. Choosing changes nothing yet: the button asks the router whether it would work, and shows what changes. */
export class ModeChoice extends Component<ModeChoiceProps, { chosen: Mode | null }> {
	override state = { chosen: null };

	/** When a change is over, or was cancelled or refused, what is configured is chosen. */
	override componentDidUpdate({ busy }: ModeChoiceProps) {
		if (busy !== false && this.props.busy === false) this.setState({ chosen: null });
	}

	override render(
		{ status, engines, mayWrite, busy, onReview }: ModeChoiceProps,
		{ chosen }: { chosen: Mode | null }
	) {
		const committed = committedMode(status.requested);
		const mode = chosen ?? committed;
		const obstacle = whyNot(status, mayWrite);
		const still = busy !== false || obstacle !== null;
		return (
			<form
				class="cbi-section nfo-choice"
				onSubmit={(event) => {
					event.preventDefault();
					if (mode !== null && mode !== committed) onReview(mode);
				}}
			>
				<fieldset disabled={still}>
					<legend>
						<h3>{_('Mode', 'offloading')}</h3>
					</legend>
					<div class="nfo-modes">
						{MODES.map((each) => (
							<ModeOption
								key={each}
								mode={each}
								chosen={each === mode}
								configured={each === committed}
								obstacle={obstacleTo(each, status, engines)}
								onChoose={() => {
									this.setState({ chosen: each });
								}}
							/>
						))}
					</div>
					<div class="nfo-actions">
						<button
							type="submit"
							class="btn cbi-button cbi-button-apply important"
							// Not disabled, or who comes back from the dialog would lose the focus.
							aria-disabled={still || mode === committed}
						>
							{_('Review change…')}
						</button>
						<span class="nfo-hint">{obstacle ?? hint(mode, committed, busy)}</span>
					</div>
				</fieldset>
			</form>
		);
	}
}

interface ModeOptionProps {
	mode: Mode;
	chosen: boolean;
	configured: boolean;
	/** What is in its way; empty where nothing is known to be. */
	obstacle: string;
	onChoose: () => void;
}

function ModeOption({ mode, chosen, configured, obstacle, onChoose }: ModeOptionProps) {
	return (
		<label class={chosen ? 'nfo-mode nfo-chosen' : 'nfo-mode'}>
			<input type="radio" name="nfo-mode" value={mode} checked={chosen} onChange={onChoose} />
			<span>
				<strong>{modeName(mode)}</strong>
				{configured && <em class="nfo-now">{_('configured', 'mode')}</em>}
				<small>{modeDescription(mode)}</small>
				{obstacle && <small class="nfo-obstacle">{obstacle}</small>}
			</span>
		</label>
	);
}

/** What firewall4 refuses or ignores is no choice: then each of the three is a change. */
export function committedMode(requested: Requested): Mode | null {
	return requested.readable && requested.refused === null && !requested.hardware_alone
		? requested.mode
		: null;
}

function hint(mode: Mode | null, committed: Mode | null, busy: Busy): string {
	if (busy === 'running') return _('A change is under way: it has to end before the next one.');
	if (mode === null) return _('No valid mode is configured: choose one.');
	return mode === committed
		? _('This is what is configured.')
		: _('Nothing is applied before you have seen and confirmed what changes.');
}

/** Why this admin cannot change anything here, or null. */
function whyNot(status: Status, mayWrite: boolean): string | null {
	if (!mayWrite)
		return _('You are logged in with read-only access: you see everything and can change nothing.');
	if (status.firewall !== 'fw4') return _('There is no firewall4 to switch.');
	if (!status.requested.readable) return _('Fix /etc/config/firewall first.');
	return null;
}
