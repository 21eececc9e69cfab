// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.wire.Secret;

/** {@link State} as octets, for the handover. A change of the form is a new {@link #VERSION}; another one is never read. */
final class StateCodec {

    static final int VERSION = 1;

    /** A successor leaves out numbers that its predecessor may still have used. */
    static final long SEQUENCE_LEAP = 1L << 16;

    private StateCodec() {}

    /** Turns the state into octets; the SAs are closed. */
    static Secret encode(State state) {
        // Twice: first for the length, so that no copy of the keys is left behind by an array that grows. SAs are out
        // of use.
        Target target = new Target(new byte[0]);
        write(state, target);
        target = new Target(new byte[target.length]);
        write(state, target);
        state.sas().forEach(Sa::close);
        return Secret.own(target.octets);
    }

    private static final class Target extends OutputStream {
        private final byte[] octets;
        private int length;

        Target(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public void write(int octet) {
            if (length < octets.length) {
                octets[length] = (byte) octet;
            }
            length++;
        }
    }

    private static void write(State state, Target target) {
        DataOutputStream out = new DataOutputStream(target);
        try {
            list(out, state.reserved(), StateCodec::id);
            list(out, state.sas(), StateCodec::sa);
            list(out, state.policies(), (to, policy) -> {
                policy(to, policy.policy());
                list(to, policy.routes(), StateCodec::route);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writer<T> {
        void write(DataOutputStream out, T value) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException, KernelException;
    }

    private static <T> void list(DataOutputStream out, List<T> values, Writer<? super T> writer) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            writer.write(out, value);
        }
    }

    private static <T> List<T> list(DataInputStream in, Reader<T> reader) throws IOException, KernelException {
        int size = in.readInt();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(reader.read(in));
        }
        return values;
    }

    private static void sa(DataOutputStream out, Sa sa) throws IOException {
        KernelSa definition = sa.definition();
        out.writeBoolean(definition.inbound());
        out.writeBoolean(definition.initiator());
        id(out, sa.id());
        Sa.Path path = sa.path();
        address(out, path.source().address());
        out.writeInt(path.source().port());
        out.writeInt(path.destination().port());
        out.writeInt(definition.reqid());
        transform(out, definition.encryption());
        key(out, definition.encryptionKey());
        transform(out, definition.integrity());
        key(out, definition.integrityKey());
        out.writeBoolean(definition.extendedSequenceNumbers());
        out.writeInt(definition.replayWindow());
        out.writeInt(definition.tfcPadding());
        out.writeInt(definition.ifId());
        Lifetime lifetime = definition.lifetime();
        out.writeLong(lifetime.rekeyTime().toMillis());
        out.writeLong(lifetime.lifeTime().toMillis());
        out.writeLong(lifetime.rekeyOctets());
        out.writeLong(lifetime.lifeOctets());
        out.writeLong(lifetime.rekeyPackets());
        out.writeLong(lifetime.lifePackets());
        list(out, definition.sourceSelectors(), StateCodec::selector);
        list(out, definition.destinationSelectors(), StateCodec::selector);
        UsageStats usage = sa.usage();
        out.writeLong(usage.octets());
        out.writeLong(usage.packets());
        out.writeLong(usage.idleSeconds());
        out.writeInt(sa.reported());
        out.writeLong(sa.age());
        if (sa instanceof InboundSa inbound) {
            long[] words = inbound.windowWords();
            out.writeLong(inbound.top());
            out.writeInt(words.length);
            for (long word : words) {
                out.writeLong(word);
            }
        } else if (sa instanceof OutboundSa outbound) {
            out.writeLong(outbound.sequence());
        }
    }

    private static Sa readSa(DataInputStream in, SaFactory factory) throws IOException, KernelException {
        KernelSa.Builder builder = KernelSa.builder()
                .inbound(in.readBoolean())
                .initiator(in.readBoolean())
                .id(readId(in))
                .source(readAddress(in))
                .encapsulationSourcePort(in.readInt())
                .encapsulationDestinationPort(in.readInt())
                .reqid(in.readInt())
                .encryption(readTransform(in))
                .encryptionKey(readKey(in))
                .integrity(readTransform(in))
                .integrityKey(readKey(in))
                .extendedSequenceNumbers(in.readBoolean())
                .replayWindow(in.readInt())
                .tfcPadding(in.readInt())
                .ifId(in.readInt())
                .lifetime(Lifetime.builder()
                        .rekeyTime(Duration.ofMillis(in.readLong()))
                        .lifeTime(Duration.ofMillis(in.readLong()))
                        .rekeyOctets(in.readLong())
                        .lifeOctets(in.readLong())
                        .rekeyPackets(in.readLong())
                        .lifePackets(in.readLong())
                        .build())
                .sourceSelectors(list(in, StateCodec::readSelector))
                .destinationSelectors(list(in, StateCodec::readSelector));
        UsageStats usage = new UsageStats(in.readLong(), in.readLong(), in.readLong());
        int reported = in.readInt();
        long age = in.readLong();
        try (KernelSa definition = builder.build()) {
            Sa sa = factory.make(definition);
            sa.restoreUsage(usage, reported, age);
            if (sa instanceof InboundSa inbound) {
                long top = in.readLong();
                long[] words = new long[in.readInt()];
                for (int i = 0; i < words.length; i++) {
                    words[i] = in.readLong();
                }
                inbound.restoreWindow(top, words);
            } else if (sa instanceof OutboundSa outbound) {
                outbound.continueAfter(in.readLong() + SEQUENCE_LEAP);
            }
            return sa;
        }
    }

    /**
     * Builds the state anew.
     *
     * @throws IOException if the octets are not what {@link #encode} wrote; what was built is closed
     * @throws KernelException if an SA cannot be built, for want of its algorithms; what was built is closed
     */
    static State decode(Secret octets, SaFactory factory) throws IOException, KernelException {
        byte[] copy = octets.reveal();
        List<Sa> sas = new ArrayList<>();
        boolean whole = false;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(copy))) {
            List<SaId> reserved = list(in, StateCodec::readId);
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                sas.add(readSa(in, factory));
            }
            List<State.Policy> policies =
                    list(in, from -> new State.Policy(readPolicy(from), list(from, StateCodec::readRoute)));
            whole = true;
            return new State(reserved, sas, policies);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            Arrays.fill(copy, (byte) 0);
            if (!whole) {
                sas.forEach(Sa::close);
            }
        }
    }

    private static void policy(DataOutputStream out, KernelPolicy policy) throws IOException {
        out.writeUTF(policy.direction().name());
        out.writeUTF(policy.action().name());
        out.writeUTF(policy.mode().name());
        selector(out, policy.source());
        selector(out, policy.destination());
        address(out, policy.tunnelSource());
        address(out, policy.tunnelDestination());
        out.writeInt(policy.spi());
        out.writeInt(policy.reqid());
        out.writeInt(policy.priority());
        out.writeLong(policy.mark());
        out.writeInt(policy.ifId());
        list(out, policy.virtualIps(), StateCodec::address);
    }

    private static KernelPolicy readPolicy(DataInputStream in) throws IOException, KernelException {
        return KernelPolicy.builder()
                .direction(KernelPolicy.Direction.valueOf(in.readUTF()))
                .action(KernelPolicy.Action.valueOf(in.readUTF()))
                .mode(ChildConfig.Mode.valueOf(in.readUTF()))
                .source(readSelector(in))
                .destination(readSelector(in))
                .tunnelSource(readAddress(in))
                .tunnelDestination(readAddress(in))
                .spi(in.readInt())
                .reqid(in.readInt())
                .priority(in.readInt())
                .mark(in.readLong())
                .ifId(in.readInt())
                .virtualIps(list(in, StateCodec::readAddress))
                .build();
    }

    private static void route(DataOutputStream out, KernelNet.Route route) throws IOException {
        address(out, route.destination());
        out.writeInt(route.prefixLength());
        list(out, route.gateway() == null ? List.of() : List.of(route.gateway()), StateCodec::address);
        list(out, route.source() == null ? List.of() : List.of(route.source()), StateCodec::address);
        out.writeUTF(route.isBypass() ? "" : route.interfaceName());
    }

    private static KernelNet.Route readRoute(DataInputStream in) throws IOException, KernelException {
        InetAddress destination = readAddress(in);
        int prefix = in.readInt();
        InetAddress gateway =
                list(in, StateCodec::readAddress).stream().findFirst().orElse(null);
        InetAddress source =
                list(in, StateCodec::readAddress).stream().findFirst().orElse(null);
        String interfaceName = in.readUTF();
        return new KernelNet.Route(
                destination, prefix, gateway, source, interfaceName.isEmpty() ? null : interfaceName);
    }

    private static void id(DataOutputStream out, SaId id) throws IOException {
        address(out, id.destination());
        out.writeByte(id.protocol().value());
        out.writeInt(id.spi());
        out.writeLong(id.mark());
    }

    private static SaId readId(DataInputStream in) throws IOException {
        return new SaId(readAddress(in), new ProtocolId(in.readUnsignedByte()), in.readInt(), in.readLong());
    }

    private static void selector(DataOutputStream out, TrafficSelector selector) throws IOException {
        out.writeInt(selector.protocol());
        out.writeInt(selector.fromPort());
        out.writeInt(selector.toPort());
        address(out, selector.from());
        address(out, selector.to());
    }

    private static TrafficSelector readSelector(DataInputStream in) throws IOException {
        return new TrafficSelector(in.readInt(), in.readInt(), in.readInt(), readAddress(in), readAddress(in));
    }

    private static void transform(DataOutputStream out, TransformId transform) throws IOException {
        out.writeInt(transform.id());
        out.writeInt(transform.keyBits());
        out.writeByte(transform.type().value());
    }

    private static TransformId readTransform(DataInputStream in) throws IOException {
        int id = in.readInt();
        int bits = in.readInt();
        return new TransformId(new org.jcharon.api.crypto.TransformType(in.readUnsignedByte()), id, bits);
    }

    private static void key(DataOutputStream out, Secret key) throws IOException {
        byte[] octets = key.reveal();
        out.writeInt(octets.length);
        out.write(octets);
        Arrays.fill(octets, (byte) 0);
    }

    private static Secret readKey(DataInputStream in) throws IOException {
        return Secret.own(octets(in, 1024));
    }

    private static void address(DataOutputStream out, InetAddress address) throws IOException {
        byte[] octets = address.getAddress();
        out.writeInt(octets.length);
        out.write(octets);
    }

    private static InetAddress readAddress(DataInputStream in) throws IOException {
        return Addresses.ofOctets(octets(in, 16));
    }

    private static byte[] octets(DataInputStream in, int limit) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > limit) {
            throw new IOException(length + " octets announced");
        }
        byte[] octets = new byte[length];
        in.readFully(octets);
        return octets;
    }
}
