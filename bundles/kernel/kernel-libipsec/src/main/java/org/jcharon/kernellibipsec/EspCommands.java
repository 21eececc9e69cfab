// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.UsageStats;

/** Shell commands of scope {@code esp}. Any thread. */
public final class EspCommands {

    static final String[] FUNCTIONS = {"ping", "stats"};

    private static final int PING_MILLIS = 1_000;

    private final PacketDevice device;
    private final DataPlane plane;
    private final LibipsecKernel kernel;

    EspCommands(PacketDevice device, DataPlane plane, LibipsecKernel kernel) {
        this.device = device;
        this.plane = plane;
        this.kernel = kernel;
    }

    /** Sends echo requests through the tunnel, with the device {@code memory} only; {@code n/n pings}. */
    public String ping(String source, String destination, int count) throws InterruptedException {
        if (!(device instanceof MemoryDevice memory)) {
            throw new IllegalStateException("packets come from " + device.name() + " here: use the system's ping");
        }
        return memory.ping(address(source), address(destination), count, PING_MILLIS) + "/" + count + " pings";
    }

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow(() -> new IllegalArgumentException(text + " is not an address"));
    }

    /** SAs with what they carried, packets and reasons for drops. */
    public String stats() {
        StringBuilder text = new StringBuilder();
        for (Sa sa : kernel.sas()) {
            UsageStats usage = sa.usage();
            text.append(sa instanceof InboundSa ? "in  " : "out ")
                    .append(sa.id())
                    .append(" reqid ")
                    .append(sa.reqid())
                    .append(": ")
                    .append(usage.packets())
                    .append(" packets, ")
                    .append(usage.octets())
                    .append(" octets\n");
        }
        text.append("sent ").append(plane.counters.sent.sum());
        text.append(", received ").append(plane.counters.received.sum());
        plane.counters
                .drops()
                .forEach((reason, count) ->
                        text.append("\ndropped ").append(count).append(": ").append(reason.text));
        return text.toString();
    }
}
