// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentChildren } from 'preact';
import { _ } from './i18n.ts';

interface LoadedFoldProps {
	name: string;
	/** Beside the name. */
	aside?: string;
	/** Loads what shows it, unless it is there. Where that fails it is tried again when it is opened again. */
	load: () => Promise<void>;
	/** Called when it is opened and loaded. */
	opened?: () => void;
	children: (open: boolean) => ComponentChildren;
}

/** A folded part of the page: what shows it is loaded when it is opened. */
export class LoadedFold extends Component<LoadedFoldProps, { open: boolean; incomplete: boolean }> {
	override state = { open: false, incomplete: false };

	override render({ name, aside, children }: LoadedFoldProps) {
		const { open, incomplete } = this.state;
		return (
			<section class="cbi-section nfo-folded" aria-label={name}>
				<details
					onToggle={({ currentTarget }) => {
						void this.#toggle(currentTarget.open);
					}}
				>
					<summary>
						<h3>{name}</h3> {aside !== undefined && <span>{aside}</span>}
					</summary>
					{children(open)}
					{incomplete && <p>{_('This could not be loaded from the router. Open it again.')}</p>}
				</details>
			</section>
		);
	}

	async #toggle(open: boolean): Promise<void> {
		this.setState({ open });
		if (!open) return;
		try {
			await this.props.load();
			this.setState({ incomplete: false });
		} catch {
			this.setState({ incomplete: true });
			return;
		}
		this.props.opened?.();
	}
}
