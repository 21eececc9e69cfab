// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelRegistry;

/** Whether the algorithms of a connection and its children can be used, and the kernel can do what they want. Pure. */
final class ProposalChecks {

    private final CryptoRegistry crypto;
    private final KernelRegistry kernel;
    private final List<Check> checks = new ArrayList<>();

    ProposalChecks(CryptoRegistry crypto, KernelRegistry kernel) {
        this.crypto = crypto;
        this.kernel = kernel;
    }

    List<Check> of(PeerConfig peer) {
        check("IKE proposals", peer.ike().proposals(), crypto::supports);
        Optional<KernelIpsec> ipsec = kernel.ipsec();
        if (ipsec.isEmpty()) {
            checks.add(Check.missing(
                    "kernel",
                    "nothing can run IPsec",
                    "install a kernel plugin, such as the feature jcharon-kernel-libipsec"));
        } else {
            checks.add(Check.ok(
                    "kernel",
                    "can "
                            + ipsec.get().features().stream()
                                    .sorted()
                                    .map(Enum::name)
                                    .collect(Collectors.joining(" "))));
        }
        for (ChildConfig child : peer.children()) {
            if (child.mode().isShunt()) {
                checks.add(Check.note(
                        "policy of " + child.name(),
                        child.mode().name().toLowerCase(Locale.ROOT)
                                + ", needs no peer; ike:list-policies shows whether it" + " is installed"));
                continue;
            }
            check("ESP proposals of " + child.name(), child.proposals(), transform -> usable(transform, ipsec));
            boolean transport = child.mode() == ChildConfig.Mode.TRANSPORT;
            if (transport
                    && ipsec.filter(k -> !k.features().contains(KernelIpsec.Feature.TRANSPORT_MODE))
                            .isPresent()) {
                checks.add(Check.missing(
                        "mode of " + child.name(), "the kernel plugin has no transport mode", "use 'mode = tunnel'"));
            }
        }
        return checks;
    }

    private boolean usable(TransformId transform, Optional<KernelIpsec> ipsec) {
        boolean kernels =
                transform.type().equals(TransformType.ENCR) || transform.type().equals(TransformType.INTEG);
        if (transform.type().equals(TransformType.ESN)) {
            return transform.id() == 0
                    || ipsec.filter(k -> !k.features().contains(KernelIpsec.Feature.ESN))
                            .isEmpty();
        }
        return kernels
                ? ipsec.map(k -> k.supports(transform)).orElse(true)
                : transform.id() == 0 || crypto.supports(transform);
    }

    private void check(String what, List<Proposal> proposals, Predicate<TransformId> usable) {
        if (proposals.isEmpty()) {
            checks.add(Check.ok(what, "the default ones"));
            return;
        }
        Set<TransformId> missing = new LinkedHashSet<>();
        boolean any = false;
        for (Proposal proposal : proposals) {
            proposal.transforms().stream().filter(usable.negate()).forEach(missing::add);
            any |= isComplete(proposal, usable);
        }
        String text = proposals.stream().map(Proposal::toString).collect(Collectors.joining(", "));
        String names = missing.stream().map(TransformId::toString).collect(Collectors.joining(", "));
        if (!any) {
            checks.add(Check.missing(
                    what,
                    "none can be used: nothing provides " + names,
                    "install a plugin for it, or choose others; ike:list-algs shows what there is"));
        } else if (missing.isEmpty()) {
            checks.add(Check.ok(what, text));
        } else {
            checks.add(Check.note(what, text + "; left out, since nothing provides it: " + names));
        }
    }

    /** Whether of each type at least one can be used. */
    private static boolean isComplete(Proposal proposal, Predicate<TransformId> usable) {
        return proposal.transforms().stream()
                .map(TransformId::type)
                .distinct()
                .allMatch(type -> proposal.all(type).stream().anyMatch(usable));
    }
}
