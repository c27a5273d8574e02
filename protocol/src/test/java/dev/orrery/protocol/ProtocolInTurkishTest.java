package dev.orrery.protocol;

import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TurkishLocale.class)
class ProtocolInTurkishTest extends ProtocolTest {}
