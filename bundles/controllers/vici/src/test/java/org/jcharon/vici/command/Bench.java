// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.settings.SettingsReload;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.vici.RecordingLog;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;
import org.jcharon.vici.server.Client;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.store.ConnectionStore;
import org.jcharon.vici.store.CredentialStore;
import org.jcharon.vici.store.PoolStore;

/**
 * All commands over fakes of core. {@link #answers} has a value, an exception or a function of the arguments for each method by its
 * name; {@link #calls} has what was called. Credentials are texts: {@code ca:NAME}, {@code ee:NAME}, {@code key:NAME}.
 */
final class Bench implements Client {

    final Map<String, Object> answers = new HashMap<>();
    final List<String> calls = new ArrayList<>();
    final List<Object[]> arguments = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final List<Section> messages = new ArrayList<>();
    final List<Secret> decoded = new ArrayList<>();
    final List<CompletableFuture<?>> cancelled = new ArrayList<>();
    final FakeTime time = new FakeTime();
    final ImmediateProcessor processor = new ImmediateProcessor();
    final FakeScheduler scheduler = new FakeScheduler(time, processor);
    CompletableFuture<Void> room = CompletableFuture.completedFuture(null);
    final CredentialStore credentials;
    final ConnectionStore connections;
    final PoolStore pools;
    final CommandTable table;

    Bench() {
        RecordingLog.forget();
        answers.put("decode", (Function<Object[], Object>) this::decode);
        answers.put("publicKeyOf", (Function<Object[], Object>) given ->
                publicKey(((Secret) given[0]).with(octets -> new String(octets, StandardCharsets.UTF_8))));
        answers.put("readPublicKey", (Function<Object[], Object>) given ->
                publicKey("key" + new String(((Chunk) given[0]).toArray(), StandardCharsets.UTF_8).substring(3)));
        answers.put("hash", Optional.of(sha1()));
        answers.put("startedAt", FakeTime.START);
        CredentialManager manager = fake(CredentialManager.class);
        CryptoRegistry crypto = fake(CryptoRegistry.class);
        BackendManager backends = fake(BackendManager.class);
        connections = new ConnectionStore(manager, backends);
        credentials = new CredentialStore(manager, crypto, scheduler);
        pools = new PoolStore(manager);
        table = new CommandTable(
                new CommandTable.Core(
                        fake(Controller.class),
                        backends,
                        manager,
                        crypto,
                        fake(SettingsReload.class),
                        processor,
                        time,
                        "1.2.3"),
                connections,
                credentials,
                pools,
                (event, clients) -> calls.add("registrations[" + event + ", " + clients + "]"));
    }

    private <T> T fake(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    calls.add(method.getName() + (given == null ? "" : shown(given)));
                    arguments.add(given);
                    Object answer = answers.get(method.getName());
                    if (answer instanceof Function<?, ?> function) {
                        @SuppressWarnings("unchecked")
                        Object made = ((Function<Object[], Object>) function).apply(given);
                        answer = made;
                    }
                    if (answer instanceof Exception e) {
                        throw e;
                    }
                    return answer;
                }));
    }

    private static String shown(Object[] given) {
        return Arrays.stream(given)
                .map(one -> one instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof PeerConfig
                        ? list.stream()
                                .map(each -> ((PeerConfig) each).name())
                                .toList()
                                .toString()
                        : String.valueOf(one))
                .toList()
                .toString();
    }

    private Object decode(Object[] given) {
        List<DecodedCredential> found = new ArrayList<>();
        for (String text : new String((byte[]) given[1], StandardCharsets.UTF_8).split(" ")) {
            if (text.startsWith("key:")) {
                Secret secret = Secret.copyOf(text.getBytes(StandardCharsets.UTF_8));
                decoded.add(secret);
                found.add(DecodedCredential.ofPrivateKey(secret));
            } else if (text.startsWith("ca:") || text.startsWith("ee:")) {
                found.add(DecodedCredential.of(certificate(text)));
            } else if (text.startsWith("pub:")) {
                found.add(DecodedCredential.ofPublicKey(Chunk.wrap(text.getBytes(StandardCharsets.UTF_8))));
            } else if (!text.startsWith("other:")) {
                return new DecodingException("no decoder for this format");
            }
        }
        return found;
    }

    static Certificate certificate(String text) {
        Identification name = Identification.parse("CN=" + text.substring(3));
        Chunk octets = Chunk.wrap(text.getBytes(StandardCharsets.UTF_8));
        return Certificate.builder(octets)
                .signed(octets, null, octets)
                .names(name, name)
                .serial(Chunk.of((byte) 1))
                .validity(Instant.EPOCH, Instant.MAX)
                .publicKey((PublicKey) publicKey("key:" + text.substring(3)))
                .basicConstraints(text.startsWith("ca:"), -1)
                .build();
    }

    /** A key as SubjectPublicKeyInfo whose bits are its name; {@code key:bad…} is none. */
    private static Object publicKey(String name) {
        if (name.startsWith("key:bad")) {
            return new KeyMismatchException("no such curve");
        }
        byte[] bits = name.getBytes(StandardCharsets.UTF_8);
        byte[] spki = new byte[bits.length + 7];
        System.arraycopy(
                new byte[] {0x30, (byte) (bits.length + 5), 0x30, 0, 3, (byte) (bits.length + 1), 0}, 0, spki, 0, 7);
        System.arraycopy(bits, 0, spki, 7, bits.length);
        return new PublicKey(name.startsWith("key:ec") ? KeyType.ECDSA : KeyType.RSA, 256, Chunk.wrap(spki));
    }

    static HashFunction sha1() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return new HashFunction() {
                @Override
                public void update(byte[] octets, int offset, int length) {
                    digest.update(octets, offset, length);
                }

                @Override
                public byte[] digest() {
                    return digest.digest();
                }
            };
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Begins a command. */
    CompletionStage<Section> begin(String command, Section request) {
        try {
            return table.command(command).orElseThrow().run(request, this);
        } catch (CommandFailed e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Carries out a command; its failure is text of {@code errmsg}. */
    Section run(String command, Section request) {
        CompletableFuture<Section> answer = begin(command, request).toCompletableFuture();
        processor.runAll();
        assertTrue(answer.isDone(), command + " ends");
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CommandFailed failed) {
                return Section.builder()
                        .put("success", "no")
                        .put("errmsg", failed.getMessage())
                        .build();
            }
            throw e;
        }
    }

    void succeeds(String command, Section request) {
        Section answer = run(command, request);
        assertEquals("yes", answer.text("success").orElse(""), () -> command + ": " + answer.text("errmsg"));
    }

    /** The text of {@code errmsg}. */
    String error(String command, Section request) {
        Section answer = run(command, request);
        assertEquals("no", answer.text("success").orElse(""), command);
        return answer.text("errmsg").orElse("");
    }

    boolean logged(String line) {
        return RecordingLog.lines().contains("INFO " + line);
    }

    /** A message of texts: key, value, key, value. */
    static Section texts(String... pairs) {
        Section.Builder out = Section.builder();
        for (int i = 0; i < pairs.length; i += 2) {
            out.put(pairs[i], pairs[i + 1]);
        }
        return out.build();
    }

    static Section in(String name, Section section) {
        return Section.builder().put(name, section).build();
    }

    /** A message as one line, for comparisons that tell of the order of keys. */
    static String text(Section section) {
        StringBuilder out = new StringBuilder();
        section.elements().forEach((key, element) -> {
            out.append(out.isEmpty() ? "" : " ").append(key);
            if (element instanceof Section inner) {
                out.append('{').append(text(inner)).append('}');
            } else if (element instanceof Value value) {
                out.append('=').append(value.text());
            } else {
                out.append(section.texts(key));
            }
        });
        return out.toString();
    }

    @Override
    public void event(String name, Section message) {
        events.add(name + " " + text(message));
        messages.add(message);
    }

    @Override
    public CompletionStage<Void> room() {
        return room;
    }

    @Override
    public void cancelWhenGone(CompletableFuture<?> work) {
        cancelled.add(work);
    }
}
