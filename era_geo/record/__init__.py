"""An Assessment and case facts to an ERA record: the form, the rules and their dates, the store, access, the audit trail."""
