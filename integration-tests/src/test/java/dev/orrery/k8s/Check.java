package dev.orrery.k8s;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** A question that every overlay is asked. The names are what the tests of the tests go by. */
enum Check {
  PORTS(PortsCheck::of),
  CONNECTIONS(ConnectionsCheck::of),
  SELECTORS(SelectorsCheck::of),
  POD_SECURITY(PodSecurityCheck::of),
  REFERENCES(ReferencesCheck::of),
  SETTINGS(SettingsCheck::of),
  LIFE(LifeCheck::of);

  private final BiConsumer<Overlay, Findings> rule;

  Check(BiConsumer<Overlay, Findings> rule) {
    this.rule = rule;
  }

  /** What is wrong, in words for people; empty where all is well. */
  List<String> findings(Overlay overlay) {
    Findings findings = new Findings();
    rule.accept(overlay, findings);
    return List.copyOf(findings.all);
  }

  /** Collects. */
  static final class Findings {
    private final List<String> all = new ArrayList<>();

    void add(String what) {
      all.add(what);
    }

    void require(boolean holds, String what) {
      if (!holds) {
        add(what);
      }
    }
  }
}
