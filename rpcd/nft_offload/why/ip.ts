// SPDX-License-Identifier: Apache-2.0

/** Tailscale's own packets carry this mark, and no forwarded ones (util/linuxfw, TailscaleBypassMark). */
const TAILSCALE = '0x80000/0xff0000';

export { TAILSCALE };
