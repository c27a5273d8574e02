package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostUrlsTest {
  @Test
  void splitsMultiHostUrlIntoUrlPerHost() {
    assertThat(HostUrls.of("jdbc:postgresql://db1,db2:5433,[::1]:5434/orrery?ssl=true&a=b,c"))
        .containsExactly(
            "jdbc:postgresql://db1/orrery?ssl=true&a=b,c",
            "jdbc:postgresql://db2:5433/orrery?ssl=true&a=b,c",
            "jdbc:postgresql://[::1]:5434/orrery?ssl=true&a=b,c");
    assertThat(HostUrls.of("jdbc:postgresql://db1,db2"))
        .containsExactly("jdbc:postgresql://db1", "jdbc:postgresql://db2");
    assertThat(HostUrls.of("jdbc:postgresql://db1,db2?user=x"))
        .containsExactly("jdbc:postgresql://db1?user=x", "jdbc:postgresql://db2?user=x");
  }

  @Test
  void keepsSingleHostUrlUnchanged() {
    for (String url :
        new String[] {"jdbc:postgresql://db/orrery", "jdbc:postgresql:orrery", "jdbc:other:x,y"}) {
      assertThat(HostUrls.of(url)).containsExactly(url);
    }
  }
}
