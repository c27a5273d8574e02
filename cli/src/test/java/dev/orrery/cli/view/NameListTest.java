package dev.orrery.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameListTest {

  @Test
  void countsOmittedNames() {
    assertThat(NameList.of(List.of("a", "b"))).isEqualTo("a, b");
    assertThat(NameList.of(Collections.nCopies(20, "a"))).doesNotContain("more");
    assertThat(NameList.of(Collections.nCopies(21, "a"))).endsWith(", a and 1 more");
  }
}
