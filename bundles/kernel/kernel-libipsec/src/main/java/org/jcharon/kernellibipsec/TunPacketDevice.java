// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.io.IOException;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.TunDevice;

/** A TUN device of the system. */
final class TunPacketDevice implements PacketDevice {

    /** Leaves room for UDP, ESP and IPv6 on links of 1500 octets, as strongSwan's TUN has it. */
    static final int MTU = 1400;

    private static final String PARKED = "kernel-libipsec.tun";

    private final TunDevice tun;

    private TunPacketDevice(TunDevice tun) {
        this.tun = tun;
    }

    /** The device that a predecessor left, else a new one. */
    static TunPacketDevice open(Linux linux, String name) throws IOException {
        TunDevice left = linux.claim(PARKED, TunDevice.class).orElse(null);
        if (left != null) {
            return new TunPacketDevice(left);
        }
        TunDevice tun = linux.tun(name);
        try {
            tun.mtu(MTU);
            tun.up(true);
            return new TunPacketDevice(tun);
        } catch (IOException e) {
            tun.close();
            throw e;
        }
    }

    /** Leaves the device open for a successor; the result ends that and is run by a timer. */
    Runnable park(Linux linux) {
        return linux.park(PARKED, tun);
    }

    @Override
    public String name() {
        return tun.name();
    }

    int index() {
        return tun.index();
    }

    @Override
    public int read(byte[] packet, int offset, int length) throws IOException {
        return tun.read(packet, offset, length);
    }

    @Override
    public void write(byte[] packet, int offset, int length) throws IOException {
        tun.write(packet, offset, length);
    }

    @Override
    public void wake() {
        tun.wake();
    }

    @Override
    public void close() {
        tun.close();
    }
}
