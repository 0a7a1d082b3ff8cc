//! The database schema as diesel knows it, and nothing else: columns that queries name. A test in the server
//! holds it against the migrated database.

diesel::table! {
    audit_row (audit_id) {
        audit_id -> Uuid,
        at -> Timestamptz,
        account_id -> Nullable<Uuid>,
        session_id -> Nullable<Uuid>,
        event -> Text,
        object_id -> Nullable<Text>,
        outcome -> Text,
        code -> Nullable<Text>,
        address -> Text,
        request_id -> Text,
        detail -> Text,
        mac -> Bytea,
        tick -> Int8,
    }
}

diesel::table! {
    idempotency (account_id, key) {
        account_id -> Uuid,
        key -> Text,
        request_digest -> Bytea,
        response -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    outbox (outbox_id) {
        outbox_id -> Int8,
        topic -> Text,
        payload -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    v_kernel_moment (moment) {
        moment -> Timestamptz,
        epoch -> Int8,
    }
}

diesel::table! {
    account (account_id) {
        account_id -> Uuid,
        username -> Text,
        name -> Text,
        unit_id -> Int4,
        phone_sealed -> Nullable<Bytea>,
        password_hash -> Nullable<Text>,
        failed_attempts -> Int4,
        locked_until -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        last_signed_in_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        email_sealed -> Nullable<Bytea>,
        email_confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    account_grant (grant_id) {
        grant_id -> Uuid,
        account_id -> Uuid,
        role -> Text,
        unit_id -> Int4,
        granted_by -> Nullable<Uuid>,
        granted_at -> Timestamptz,
    }
}

diesel::table! {
    session (session_id) {
        session_id -> Uuid,
        account_id -> Uuid,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        address -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    tree_node (tree_id, unit_id) {
        tree_id -> Int4,
        unit_id -> Int4,
        parent_id -> Nullable<Int4>,
        level -> Int2,
        code -> Text,
        name -> Text,
        lo -> Int4,
        hi -> Int4,
    }
}

diesel::table! {
    v_access_unit (unit_id) {
        unit_id -> Int4,
        parent_id -> Nullable<Int4>,
        level -> Int2,
        code -> Text,
        name -> Text,
        lo -> Int4,
        hi -> Int4,
    }
}

diesel::table! {
    v_access_place (unit_id) {
        unit_id -> Int4,
        place_id -> Int4,
        parent_id -> Nullable<Int4>,
        level -> Int2,
        code -> Text,
        name -> Text,
        lo -> Int4,
        hi -> Int4,
    }
}

diesel::table! {
    form_layout (form_id) {
        form_id -> Uuid,
        layout -> Text,
    }
}

diesel::table! {
    form (form_id) {
        form_id -> Uuid,
        code -> Text,
        version -> Int4,
        title -> Text,
        cells -> Int4,
        definition -> Text,
        digest -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    task (task_id) {
        task_id -> Uuid,
        title -> Text,
        period -> Date,
        level -> Int2,
        unit_id -> Int4,
        tree_id -> Int4,
        deadline -> Date,
        due_at -> Timestamptz,
        chain -> Array<Int2>,
        status -> Text,
        issued_by -> Uuid,
        issued_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        cancel_reason -> Nullable<Text>,
        reminder_days -> Nullable<Array<Int2>>,
        deadline_set_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
        set_tick -> Int8,
    }
}

diesel::table! {
    task_form (task_id, form_id) {
        task_id -> Uuid,
        form_id -> Uuid,
        position -> Int2,
    }
}

diesel::table! {
    report (report_id) {
        report_id -> Uuid,
        task_id -> Uuid,
        form_id -> Uuid,
        unit_id -> Int4,
        form_code -> Text,
        period -> Date,
        void -> Bool,
        status -> Text,
        stage -> Int2,
        version -> Int4,
        cells -> Text,
        explanations -> Text,
        leaf -> Nullable<Bytea>,
        late -> Bool,
        submitted_at -> Nullable<Timestamptz>,
        submitted_by -> Nullable<Uuid>,
        return_reason -> Nullable<Text>,
        changed_at -> Timestamptz,
        reopened -> Nullable<Text>,
        submitted_for -> Nullable<Uuid>,
    }
}

diesel::table! {
    report_edit (report_id, version) {
        report_id -> Uuid,
        version -> Int4,
        kind -> Text,
        account_id -> Uuid,
        at -> Timestamptz,
        reason -> Nullable<Text>,
        cells -> Text,
        reopened -> Nullable<Text>,
        on_behalf_of -> Nullable<Uuid>,
        tick -> Int8,
    }
}

diesel::table! {
    export (export_id) {
        export_id -> Uuid,
        account_id -> Uuid,
        task_id -> Uuid,
        form_id -> Uuid,
        unit_id -> Int4,
        state -> Text,
        total -> Int4,
        written -> Int4,
        bytes -> Nullable<Int8>,
        ordered_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    cell_comment (cell_comment_id) {
        cell_comment_id -> Uuid,
        report_id -> Uuid,
        cell_key -> Text,
        account_id -> Uuid,
        at -> Timestamptz,
        body -> Text,
    }
}

diesel::table! {
    cell_flag (cell_flag_id) {
        report_id -> Uuid,
        cell_key -> Text,
        account_id -> Uuid,
        at -> Timestamptz,
        cell_flag_id -> Uuid,
        lifted_at -> Nullable<Timestamptz>,
        lifted_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    attachment (attachment_id) {
        attachment_id -> Uuid,
        report_id -> Uuid,
        cell_key -> Nullable<Text>,
        account_id -> Uuid,
        at -> Timestamptz,
        name -> Text,
        kind -> Text,
        bytes -> Int8,
        digest -> Bytea,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(report -> task (task_id));
diesel::joinable!(report -> form (form_id));
diesel::joinable!(report -> v_access_place (unit_id));
diesel::joinable!(report -> v_access_unit (unit_id));
diesel::allow_tables_to_appear_in_same_query!(
    account,
    account_grant,
    attachment,
    audit_row,
    cell_comment,
    cell_flag,
    form,
    report,
    report_edit,
    session,
    task,
    task_form,
    tree_node,
    v_access_place,
    v_access_unit,
);
