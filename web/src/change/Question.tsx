// SPDX-License-Identifier: Apache-2.0
import { Component, createRef } from 'preact';
import { _ } from '../ui/i18n.ts';
import { isFocusLost } from '../ui/focus.ts';
import type { Wish } from './state.ts';
import type { ChangeWitness } from './witness.ts';

interface QuestionProps {
	witness: ChangeWitness;
	/** The router has seen too little to have it kept: the admin has to say. */
	asks: boolean;
	/** The mode is set up, so that there is something to keep. */
	mayKeep: boolean;
	trial: boolean;
}

/** What the admin can say to the change under way. */
export class Question extends Component<QuestionProps> {
	readonly #box = createRef<HTMLDivElement>();
	readonly #heading = createRef<HTMLHeadingElement>();

	/** Who watches the change is led to the question; who does something else is not torn from it. */
	override componentDidUpdate({ asks }: QuestionProps) {
		if (asks || !this.props.asks) return;
		const watches = this.#box.current?.closest('section')?.contains(document.activeElement);
		if (watches || isFocusLost()) this.#heading.current?.focus();
	}

	override render({ witness, asks, mayKeep, trial }: QuestionProps) {
		return (
			<div ref={this.#box} class={asks ? 'nfo-question' : ''}>
				<div role="alert">
					{asks && (
						<>
							<h4 ref={this.#heading} tabIndex={-1}>
								{_('Does the Internet work?')}
							</h4>
							<p>
								{_(
									'The router has not seen enough to be sure. Open a page that you have not opened before, then say so here. Without an answer it goes back.'
								)}
							</p>
						</>
					)}
				</div>
				<div class="nfo-actions">
					{mayKeep && (asks || trial) && <WishButton witness={witness} wish="keep" />}
					<WishButton witness={witness} wish="undo" />
				</div>
			</div>
		);
	}
}

/** Not disabled while it is asked for, or the focus would be lost. */
function WishButton({ witness, wish }: { witness: ChangeWitness; wish: Wish }) {
	const asked = witness.wish === wish;
	return (
		<button
			type="button"
			class={`btn cbi-button ${wish === 'keep' ? 'cbi-button-positive important' : 'cbi-button-negative'}`}
			aria-disabled={asked}
			onClick={() => {
				if (!asked) void witness.want(wish);
			}}
		>
			{wishText(wish, asked)}
		</button>
	);
}

function wishText(wish: Wish, asked: boolean): string {
	switch (wish) {
		case 'keep':
			return asked ? _('Keeping…') : _('Keep', 'change');
		case 'undo':
			return asked ? _('Going back…') : _('Go back');
	}
}
