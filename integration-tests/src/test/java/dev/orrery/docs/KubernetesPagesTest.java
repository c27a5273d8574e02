package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.k8s.KubernetesPages;
import dev.orrery.k8s.Overlay;
import dev.orrery.k8s.Workload;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the commands of docs/kubernetes*.md name existing objects. */
class KubernetesPagesTest {
  private static final Pattern KUSTOMIZED =
      Pattern.compile("kubectl (?:apply|diff|delete) (?:--\\S+ )*-k ([\\w./-]+)");
  private static final Pattern WORKLOAD = Pattern.compile("(?:deployment|statefulset)/([\\w-]+)");
  private static final Pattern NAMESPACE = Pattern.compile(" -n ([\\w-]+)");

  /** By the namespace on the page. */
  private final Map<String, Set<String>> workloads =
      Map.of(
          "orrery", names("both"),
          "team-a", names("both"),
          "default", names("quickstart"));

  private final String page;

  KubernetesPagesTest() {
    page = KubernetesPages.text();
  }

  private static Set<String> names(String overlay) {
    return Overlay.rendered(overlay).workloads().stream()
        .map(Workload::name)
        .collect(Collectors.toSet());
  }

  @Test
  void appliesOnlyExistingOverlays() {
    List<String> applied =
        KUSTOMIZED.matcher(page).results().map(found -> found.group(1)).distinct().toList();

    assertThat(applied).contains("YOUR-OVERLAY", "k8s/overlays/quickstart");
    assertThat(applied)
        .filteredOn(overlay -> !overlay.equals("YOUR-OVERLAY"))
        .allMatch(overlay -> Overlay.NAMES.contains(overlay.replace("k8s/overlays/", "")));
  }

  @Test
  void namesOnlyWorkloadsOfTheGivenNamespace() {
    Set<String> seen = new TreeSet<>();
    for (String line : page.replace("\\\n", " ").lines().toList()) {
      Matcher namespace = NAMESPACE.matcher(line);
      Set<String> known =
          namespace.find()
              ? workloads.get(namespace.group(1))
              : workloads.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
      assertThat(known).as(line).isNotNull();
      Matcher workload = WORKLOAD.matcher(line);
      while (workload.find()) {
        seen.add(workload.group(1));
        assertThat(workload.group(1)).as(line).isIn(known(known));
      }
    }
    assertThat(seen).containsAll(workloads.get("orrery"));
  }

  /** Adds the placeholder to the names. */
  private static Set<String> known(Set<String> names) {
    return Stream.concat(names.stream(), Stream.of("NAME")).collect(Collectors.toSet());
  }

  @Test
  void namesNamespaceInEveryKubectlCommandOnWorkload() {
    for (String line : page.replace("\\\n", " ").lines().toList()) {
      if (line.contains("kubectl ") && WORKLOAD.matcher(line).find()) {
        assertThat(NAMESPACE.matcher(line).find()).as(line).isTrue();
      }
    }
  }
}
