package dev.orrery.k8s;

import dev.orrery.k8s.Check.Findings;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that the quickstart's setup may only read and complete its own Secrets. */
final class SetupCheck {
  private static final Set<String> VERBS = Set.of("get", "create", "patch");

  private SetupCheck() {}

  /**
   * @param keys that the setup creates, as {@code NAME/KEY}
   */
  static void of(Overlay overlay, Set<String> keys, Findings findings) {
    Set<String> secrets =
        keys.stream().map(key -> key.substring(0, key.indexOf('/'))).collect(Collectors.toSet());
    List<Role> roles = overlay.all(Role.class);
    findings.require(roles.size() == 1, "not one Role, but " + roles.size());
    for (Role role : roles) {
      String name = "Role " + role.getMetadata().getName();
      for (PolicyRule rule : role.getRules()) {
        findings.require(
            rule.getApiGroups().equals(List.of(""))
                && rule.getResources().equals(List.of("secrets")),
            name + " is for more than Secrets");
        findings.require(
            Set.copyOf(rule.getResourceNames()).equals(secrets),
            name + " is for " + rule.getResourceNames() + ", and the setup makes " + secrets);
        findings.require(VERBS.containsAll(rule.getVerbs()), name + " allows " + rule.getVerbs());
      }
    }
    for (RoleBinding binding : overlay.all(RoleBinding.class)) {
      findings.require(
          binding.getSubjects().stream()
              .allMatch(
                  subject ->
                      subject.getKind().equals("ServiceAccount")
                          && subject.getName().equals("orrery-setup")
                          && subject.getNamespace().equals(overlay.namespace())),
          "RoleBinding " + binding.getMetadata().getName() + " is for others than the setup");
    }
  }
}
