package dev.orrery.worker.spring;

/** Texts of the form of a token that no scheduler knows. */
final class TestTokens {
  static final String WORKER = "orrery_test_worker_token_0123456789";
  static final String OPERATOR = "orrery_test_operator_token_0123456789";

  private TestTokens() {}
}
