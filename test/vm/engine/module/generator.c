// SPDX-License-Identifier: GPL-2.0
/*
 * What the router spends on a frame. One that is written to debugfs'
 * packet_engine/cableN comes `copies` times from the host at that cable, one
 * after the other; read, the file tells a line for each: cycles of the time
 * stamp counter from where a driver hands the frame to the kernel until the
 * kernel is through with it, less what the port that it leaves by spends. 0: the
 * engine took it. Under QEMU's `-icount shift=0` a cycle is an instruction.
 */

#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/timex.h>
#include "packet_engine.h"

#define MAX_COPIES	4096

static unsigned int copies = 1;
module_param(copies, uint, 0644);
MODULE_PARM_DESC(copies, "how often a frame is sent that is written to a cable");

static DEFINE_MUTEX(lock);		/* for what follows */
static u32 spent[MAX_COPIES];
static unsigned int sent;
static struct dentry *folder;

/* As a driver under NAPI that has its card check sums. */
static u32 receive(struct sk_buff *skb, struct net_device *port)
{
	u64 elsewhere = port_cycles, start;

	if (engine_takes(skb, port))
		return 0;
	count_received(port, skb->len);
	skb->protocol = eth_type_trans(skb, port);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	start = get_cycles();
	netif_receive_skb(skb);
	return get_cycles() - start - (port_cycles - elsewhere);
}

static int send_copies(struct net_device *cable, const void *frame, size_t length)
{
	unsigned int wanted = min(READ_ONCE(copies), MAX_COPIES);
	struct sk_buff *skb;

	for (sent = 0; sent < wanted; sent++) {
		skb = netdev_alloc_skb_ip_align(cable, length);
		if (!skb)
			return -ENOMEM;
		skb_put_data(skb, frame, length);
		/* The other hosts take theirs at the end of it. */
		local_bh_disable();
		rcu_read_lock();
		spent[sent] = receive(skb, other_end(cable));
		rcu_read_unlock();
		local_bh_enable();
	}
	return 0;
}

static ssize_t cable_write(struct file *file, const char __user *from, size_t length, loff_t *at)
{
	struct net_device *cable = ((struct seq_file *)file->private_data)->private;
	void *frame;
	int err;

	if (length < ETH_ZLEN || length > ETH_FRAME_LEN)
		return -EINVAL;
	frame = memdup_user(from, length);
	if (IS_ERR(frame))
		return PTR_ERR(frame);
	mutex_lock(&lock);
	err = send_copies(cable, frame, length);
	mutex_unlock(&lock);
	kfree(frame);
	return err ?: length;
}

static int cable_show(struct seq_file *file, void *unused)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < sent; i++)
		seq_printf(file, "%u\n", spent[i]);
	mutex_unlock(&lock);
	return 0;
}
DEFINE_SHOW_STORE_ATTRIBUTE(cable);

void show_cable(struct net_device *cable)
{
	char name[IFNAMSIZ];

	if (!folder)
		folder = debugfs_create_dir(KBUILD_MODNAME, NULL);
	snprintf(name, sizeof(name), "cable%u", index_of(cable));
	debugfs_create_file(name, 0600, folder, cable, &cable_fops);
}

void forget_cables(void)
{
	debugfs_remove_recursive(folder);
}
