"""Organisations, people, designs, standards, batches, inspections and accounts."""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.execute('CREATE EXTENSION IF NOT EXISTS vector')
    op.create_table('organisation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('workshop', 'studio', 'buyer', 'mentor_agency', 'market_office', 'operator', name='kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), server_default='', nullable=False),
    sa.Column('about', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation'))
    )
    op.create_table('design',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('studio_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['studio_id'], ['organisation.id'], name=op.f('fk_design_studio_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design')),
    sa.UniqueConstraint('slug', name=op.f('uq_design_slug'))
    )
    op.create_index(op.f('ix_design_studio_id'), 'design', ['studio_id'], unique=False)
    op.create_table('mentorship',
    sa.Column('agency_id', sa.Uuid(), nullable=False),
    sa.Column('workshop_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['organisation.id'], name=op.f('fk_mentorship_agency_id')),
    sa.ForeignKeyConstraint(['workshop_id'], ['organisation.id'], name=op.f('fk_mentorship_workshop_id')),
    sa.PrimaryKeyConstraint('agency_id', 'workshop_id', name=op.f('pk_mentorship'))
    )
    op.create_index(op.f('ix_mentorship_workshop_id'), 'mentorship', ['workshop_id'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Enum('visitor', 'buyer', 'workshop', 'designer', 'mentor', 'market_officer', 'administrator', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_owner', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_person_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_index(op.f('ix_person_organisation_id'), 'person', ['organisation_id'], unique=False)
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('password', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.Text(), nullable=False),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('current_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_login_ip', sa.Text(), nullable=True),
    sa.Column('current_login_ip', sa.Text(), nullable=True),
    sa.Column('login_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_account_fs_uniquifier')),
    sa.UniqueConstraint('person_id', name=op.f('uq_account_person_id'))
    )
    op.create_table('design_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('design_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'retired', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('craft', sa.Enum('ceramics', 'wood', 'rattan_bamboo', 'metal', 'textile_batik', 'leather', 'silver', 'stone', 'other', name='craft', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('description', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('technique', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('care', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('photo_note', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('materials', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('dimensions_mm', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('colours', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('search_id', postgresql.TSVECTOR(), nullable=False),
    sa.Column('search_en', postgresql.TSVECTOR(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_design_version_created_by')),
    sa.ForeignKeyConstraint(['design_id'], ['design.id'], name=op.f('fk_design_version_design_id')),
    sa.ForeignKeyConstraint(['published_by'], ['person.id'], name=op.f('fk_design_version_published_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_version')),
    sa.UniqueConstraint('design_id', 'number', name=op.f('uq_design_version_design_id_number'))
    )
    op.create_index('ix_design_version_published', 'design_version', ['state', 'published_at'], unique=False)
    op.create_index('ix_design_version_search_en', 'design_version', ['search_en'], unique=False, postgresql_using='gin')
    op.create_index('ix_design_version_search_id', 'design_version', ['search_id'], unique=False, postgresql_using='gin')
    op.create_table('api_token',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_api_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_token_token_hash'))
    )
    op.create_index(op.f('ix_api_token_account_id'), 'api_token', ['account_id'], unique=False)
    op.create_table('design_picture',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('image_key', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('width_px', sa.Integer(), nullable=False),
    sa.Column('height_px', sa.Integer(), nullable=False),
    sa.Column('alt', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('embedding', pgvector.sqlalchemy.vector.VECTOR(dim=472), nullable=True),
    sa.ForeignKeyConstraint(['version_id'], ['design_version.id'], name=op.f('fk_design_picture_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_picture'))
    )
    op.create_index(op.f('ix_design_picture_version_id'), 'design_picture', ['version_id'], unique=False)
    op.create_table('reference_standard',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('view', sa.Enum('from_above', 'front', 'side', 'back', 'inside', 'underside', 'detail', name='view', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('collecting', 'fitting', 'fitted', 'failed', 'active', 'retired', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('fit_progress', sa.Double(), nullable=False),
    sa.Column('fit_failure', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('report', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('artifact_key', sa.Text(), nullable=True),
    sa.Column('artifact_hash', sa.Text(), nullable=True),
    sa.Column('engine_version', sa.Text(), nullable=True),
    sa.Column('accept_score', sa.Double(), nullable=True),
    sa.Column('reject_score', sa.Double(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('fitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_reference_standard_created_by')),
    sa.ForeignKeyConstraint(['version_id'], ['design_version.id'], name=op.f('fk_reference_standard_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_standard')),
    sa.UniqueConstraint('version_id', 'number', name=op.f('uq_reference_standard_version_id_number'))
    )
    op.create_table('batch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('workshop_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('standard_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('source', sa.Enum('web', 'api', 'command_line', 'sample', name='source', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_batch_created_by')),
    sa.ForeignKeyConstraint(['standard_id'], ['reference_standard.id'], name=op.f('fk_batch_standard_id')),
    sa.ForeignKeyConstraint(['workshop_id'], ['organisation.id'], name=op.f('fk_batch_workshop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch')),
    sa.UniqueConstraint('workshop_id', 'number', name=op.f('uq_batch_workshop_id_number'))
    )
    op.create_index('ix_batch_standard_id_created_at', 'batch', ['standard_id', 'created_at'], unique=False)
    op.create_table('reference_photo',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('standard_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('image_key', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('width_px', sa.Integer(), nullable=False),
    sa.Column('height_px', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['standard_id'], ['reference_standard.id'], name=op.f('fk_reference_photo_standard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_photo')),
    sa.UniqueConstraint('standard_id', 'image_key', name=op.f('uq_reference_photo_standard_id_image_key'))
    )
    op.create_table('batch_photo',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('batch_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('image_key', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('width_px', sa.Integer(), nullable=False),
    sa.Column('height_px', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('queued', 'inspected', 'failed', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_photo_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_photo')),
    sa.UniqueConstraint('batch_id', 'image_key', name=op.f('uq_batch_photo_batch_id_image_key')),
    sa.UniqueConstraint('batch_id', 'position', name=op.f('uq_batch_photo_batch_id_position'))
    )
    op.create_table('inspection',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('photo_id', sa.Uuid(), nullable=False),
    sa.Column('standard_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', sa.Enum('accept', 'rework', 'reject', 'retake', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('anomaly_score', sa.Double(), nullable=True),
    sa.Column('surface', sa.Double(), nullable=True),
    sa.Column('colour_delta_e', sa.Double(), nullable=True),
    sa.Column('shape', sa.Double(), nullable=True),
    sa.Column('reasons', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('nearest_reference_id', sa.Uuid(), nullable=True),
    sa.Column('map_key', sa.Text(), nullable=True),
    sa.Column('duration_ms', sa.Double(), nullable=False),
    sa.Column('engine_version', sa.Text(), nullable=False),
    sa.Column('standard_hash', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['nearest_reference_id'], ['reference_photo.id'], name=op.f('fk_inspection_nearest_reference_id')),
    sa.ForeignKeyConstraint(['photo_id'], ['batch_photo.id'], name=op.f('fk_inspection_photo_id')),
    sa.ForeignKeyConstraint(['standard_id'], ['reference_standard.id'], name=op.f('fk_inspection_standard_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection')),
    sa.UniqueConstraint('photo_id', name=op.f('uq_inspection_photo_id'))
    )
    op.create_index(op.f('ix_inspection_standard_id'), 'inspection', ['standard_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_inspection_standard_id'), table_name='inspection')
    op.drop_table('inspection')
    op.drop_table('batch_photo')
    op.drop_table('reference_photo')
    op.drop_index('ix_batch_standard_id_created_at', table_name='batch')
    op.drop_table('batch')
    op.drop_table('reference_standard')
    op.drop_index(op.f('ix_design_picture_version_id'), table_name='design_picture')
    op.drop_table('design_picture')
    op.drop_index(op.f('ix_api_token_account_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_index('ix_design_version_search_id', table_name='design_version', postgresql_using='gin')
    op.drop_index('ix_design_version_search_en', table_name='design_version', postgresql_using='gin')
    op.drop_index('ix_design_version_published', table_name='design_version')
    op.drop_table('design_version')
    op.drop_table('account')
    op.drop_index(op.f('ix_person_organisation_id'), table_name='person')
    op.drop_table('person')
    op.drop_index(op.f('ix_mentorship_workshop_id'), table_name='mentorship')
    op.drop_table('mentorship')
    op.drop_index(op.f('ix_design_studio_id'), table_name='design')
    op.drop_table('design')
    op.drop_table('organisation')
