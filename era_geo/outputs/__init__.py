"""An Assessment or a record to maps, tables and documents; redaction and escaping."""
