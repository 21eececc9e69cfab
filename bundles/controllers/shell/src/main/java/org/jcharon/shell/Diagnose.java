// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.felix.service.command.Function;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.AttemptInfo;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:diagnose} looks at all that a connection needs to come up, and at why it did not. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=diagnose"})
public final class Diagnose extends Command {

    static final Usage USAGE = Usage.of(
                    "diagnose", "looks at all that a connection needs, and at why it did not come up")
            .required("CONNECTION", Words.CONNECTION)
            .json()
            .timeout()
            .text(
                    "Each line is ok, missing or a note, with what to do. It changes nothing and asks nobody else but DNS.")
            .text("Status 0 only if nothing is missing and the last attempt did not fail.")
            .example("ike:diagnose home", "after ike:up said that home does not come up")
            .build();

    private final Controller controller;
    private final BackendManager backends;
    private final CredentialManager credentials;
    private final CryptoRegistry crypto;
    private final KernelRegistry kernel;
    private final Processor processor;
    private final TimeSource time;

    /** Made by the container. */
    @Activate
    public Diagnose(
            @Reference(name = "controller") Controller controller,
            @Reference(name = "backends") BackendManager backends,
            @Reference(name = "credentials") CredentialManager credentials,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "kernel") KernelRegistry kernel,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "time") TimeSource time) {
        super(USAGE);
        this.controller = controller;
        this.backends = backends;
        this.credentials = credentials;
        this.crypto = crypto;
        this.kernel = kernel;
        this.processor = processor;
        this.time = time;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        PeerConfig peer = find(given.operand(), given.timeout());
        List<Check> checks = new ArrayList<>();
        AddressChecks addresses = new AddressChecks(kernel, processor);
        checks.addAll(addresses.of(peer.ike(), controller.statistics()));
        checks.addAll(new ProposalChecks(crypto, kernel).of(peer));
        checks.addAll(new CredentialChecks(credentials, time.now()).of(peer, addresses.local(), addresses.remote()));
        state(peer, checks);
        long missing = checks.stream()
                .filter(check -> check.state() == Check.State.MISSING)
                .count();
        console.show(() -> json(peer, checks, missing == 0), () -> text(checks));
        if (missing > 0) {
            throw new CommandFailed("connection '" + peer.name() + "': " + missing
                    + (missing == 1 ? " thing is" : " things are") + " not as needed");
        }
    }

    private PeerConfig find(String name, Duration timeout) throws CommandFailed {
        List<PeerConfig> all = Waiting.await(backends.peerConfigs(), timeout);
        Optional<PeerConfig> named =
                all.stream().filter(peer -> peer.name().equals(name)).findFirst();
        return named.or(() -> all.stream()
                        .filter(peer -> peer.child(name).isPresent())
                        .findFirst())
                .orElseThrow(() -> new CommandFailed("no connection '" + name + "' is configured; there "
                        + (all.isEmpty()
                                ? "is none"
                                : "are "
                                        + String.join(
                                                ", ",
                                                all.stream()
                                                        .map(PeerConfig::name)
                                                        .toList()))));
    }

    private void state(PeerConfig peer, List<Check> checks) {
        boolean established = false;
        try (Stream<IkeSaInfo> sas = controller.listSas(Controller.Selector.ike(peer.name()))) {
            for (IkeSaInfo sa : sas.toList()) {
                established |= sa.state() == IkeSaState.ESTABLISHED;
                checks.add(Check.note(
                        "IKE_SA #" + sa.uniqueId(),
                        sa.state() + " with " + Addresses.text(sa.remote().address()) + ", "
                                + sa.children().size()
                                + " CHILD_SAs"
                                + (sa.tasksActive().isEmpty()
                                        ? ""
                                        : ", waits for the answer to " + String.join(" ", sa.tasksActive()))));
            }
        }
        List<AttemptInfo> attempts = controller.attempts(peer.name());
        attempts(checks, attempts, established);
        if (attempts.isEmpty()) {
            controller.attempts("").stream()
                    .findFirst()
                    .ifPresent(stranger -> checks.add(Check.note(
                            "refused peer", ago(stranger) + " " + stranger.peer() + ": " + stranger.reason())));
        }
    }

    /** The last attempt counts: a failure before a success is history. */
    private void attempts(List<Check> checks, List<AttemptInfo> attempts, boolean established) {
        Optional<AttemptInfo> last = attempts.stream().findFirst();
        if (last.isEmpty()) {
            if (!established) {
                checks.add(Check.note("last attempt", "none yet"));
            }
            return;
        }
        AttemptInfo attempt = last.get();
        String text = ago(attempt) + (attempt.child().isEmpty() ? "" : " (child " + attempt.child() + ")")
                + (attempt.peer().isEmpty() ? "" : " by " + attempt.peer()) + ": " + attempt.reason();
        switch (attempt.kind()) {
            case UP -> checks.add(Check.ok("last attempt", text));
            case FAILED -> checks.add(Check.missing("last attempt", text, Advice.on(attempt.reason())));
            case REFUSED ->
                checks.add(
                        established
                                ? Check.note("refused peer", text)
                                : Check.missing("refused peer", text, Advice.on(attempt.reason())));
        }
    }

    private String ago(AttemptInfo attempt) {
        return Math.max(0, Duration.between(attempt.time(), time.now()).toSeconds()) + "s ago";
    }

    private static String text(List<Check> checks) {
        StringBuilder out = new StringBuilder();
        for (Check check : checks) {
            String state = switch (check.state()) {
                case OK -> "ok";
                case MISSING -> "missing";
                case NOTE -> "note";
            };
            out.append(Table.padded(state, 9)).append(check.what()).append(": ").append(Table.clean(check.found()));
            out.append('\n');
            if (!check.advice().isEmpty()) {
                out.append("         -> ").append(Table.clean(check.advice())).append('\n');
            }
        }
        return out.toString();
    }

    private static Map<String, Object> json(PeerConfig peer, List<Check> checks, boolean ok) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("connection", peer.name());
        map.put("ok", ok);
        map.put("checks", checks.stream().map(Check::json).toList());
        return map;
    }
}
