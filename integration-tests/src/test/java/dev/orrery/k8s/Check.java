package dev.orrery.k8s;

import java.util.ArrayList;
import java.util.List;

/** The checks of each overlay. The tests of the checks use these names. */
enum Check {
  PORTS,
  CONNECTIONS,
  SELECTORS,
  POD_SECURITY,
  REFERENCES,
  SETTINGS,
  TLS,
  LIFE,
  MEMORY,
  SECOND_DAY,
  LABELS,
  FIELDS;

  /** Returns the problems as sentences. */
  List<String> findings(Overlay overlay) {
    Findings findings = new Findings();
    switch (this) {
      case PORTS -> PortsCheck.of(overlay, findings);
      case CONNECTIONS -> ConnectionsCheck.of(overlay, findings);
      case SELECTORS -> SelectorsCheck.of(overlay, findings);
      case POD_SECURITY -> PodSecurityCheck.of(overlay, findings);
      case REFERENCES -> ReferencesCheck.of(overlay, findings);
      case SETTINGS -> SettingsCheck.of(overlay, findings);
      case TLS -> TlsCheck.of(overlay, findings);
      case LIFE -> LifeCheck.of(overlay, findings);
      case MEMORY -> MemoryCheck.of(overlay, findings);
      case SECOND_DAY -> SecondDayCheck.of(overlay, findings);
      case LABELS -> LabelsCheck.of(overlay, findings);
      case FIELDS -> FieldsCheck.of(overlay, findings);
    }
    return List.copyOf(findings.all);
  }

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
