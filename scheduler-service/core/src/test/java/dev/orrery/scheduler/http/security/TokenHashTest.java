package dev.orrery.scheduler.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenHashTest {
  @Test
  void computesSha256OfToken() {
    assertThat(TokenHash.of("abc").hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(TokenHash.of("abc").bytes()).hasSize(32).startsWith(0xba, 0x78);
  }

  @Test
  void matchesOnlyHashOfSameToken() {
    TokenHash hash = TokenHash.of("orrery_abc");

    assertThat(hash.matches(TokenHash.of("orrery_abc"))).isTrue();
    assertThat(hash.matches(TokenHash.of("orrery_abC"))).isFalse();
    assertThat(hash.matches(TokenHash.of(""))).isFalse();
  }

  @Test
  void generatesPrefixedTokensOf256RandomBits() {
    Set<String> tokens = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String token = TokenGenerator.newToken();
      assertThat(token).matches("orrery_[A-Za-z0-9_-]{43}");
      tokens.add(token);
    }

    assertThat(tokens).hasSize(1000);
  }
}
