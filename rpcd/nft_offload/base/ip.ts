// SPDX-License-Identifier: Apache-2.0

/** busybox's, or the link that ip-full puts in its place. */
const IP = '/sbin/ip';

export { IP };
