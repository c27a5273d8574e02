package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TemplateFillerTest {
  @Test
  void fillsPlaceholdersInOrder() {
    assertThat(new TemplateFiller(100).fill("a${x}b${y}$c", name -> "<" + name + ">"))
        .contains("a<x>b<y>$c");
  }

  @Test
  void insertsValuesLiterally() {
    assertThat(new TemplateFiller(100).fill("${x}", name -> "$1 \\ ${y}")).contains("$1 \\ ${y}");
  }

  @Test
  void limitsTotalCharactersOfAllTexts() {
    TemplateFiller filler = new TemplateFiller(10);

    assertThat(filler.fill("123456", name -> "")).isPresent();
    assertThat(filler.fill("${x}", name -> "7890")).isPresent();
    assertThat(filler.fill("1", name -> "")).isEmpty();
  }

  @Test
  void stopsAtFirstCharacterBeyondLimit() {
    AtomicInteger asked = new AtomicInteger();

    assertThat(
            new TemplateFiller(1_000)
                .fill(
                    "${x}".repeat(10_000),
                    name -> {
                      asked.incrementAndGet();
                      return "v".repeat(100);
                    }))
        .isEmpty();

    assertThat(asked).hasValue(11);
  }
}
